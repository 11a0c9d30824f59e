/** What an import puts on the minutes stream, and in which order. */
import { describe, expect, test } from '@jest/globals';
import { FlatRows } from '../../../local/flat-files/flat-rows.ts';
import { importRows } from '../../../local/flat-files/import.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { type Refusal, TwinKinesis } from '../../support/twin-kinesis.ts';

const OPEN = Date.UTC(2025, 10, 20, 14, 30);
const BLOCK_END = Date.UTC(2025, 10, 20, 17);
const minute = (n: number) => OPEN + n * 60_000;

function rowsOf(...rows: [symbol: string, minute: number][]): FlatRows {
  const values = { open: 1, high: 2, low: 1, close: 2, volume: '5' };
  return FlatRows.of(rows.map(([symbol, n]) => ({ symbol, start: minute(n), ...values })));
}

/** The records as words: `AAPL 0 v…` for a bar by minute, `34: 1` for a watermark by slot and minute. */
async function imported(rows: FlatRows, versionOf?: () => number, refusal?: Refusal): Promise<string[]> {
  const twin = new TwinKinesis();
  await importRows(rows, {
    kinesis: twin.client(undefined, refusal),
    stream: 'minutes',
    market: 'stocks',
    windows: new Windows(calendarOf('stocks'), 'clock'),
    signal: new AbortController().signal,
    ...(versionOf && { versionOf }),
  });
  return twin.taken.map(({ data }) => {
    const record = JSON.parse(data);
    if (record.type === 'watermark')
      return `${record.slot}: ${(record.through - OPEN) / 60_000} epoch ${record.epoch}`;
    return `${record.symbol} ${(record.start - OPEN) / 60_000} ${record.source} +${record.version - record.end}`;
  });
}

const aapl = slotOf('AAPL');

describe('an import', () => {
  test('puts a watermark after the bars of each minute that has rows, and one at the end of the last block', async () => {
    expect(await imported(rowsOf(['AAPL', 0], ['AAPL', 1]))).toEqual([
      'AAPL 0 import +1',
      'AAPL 1 import +1',
      `${aapl}: 1 epoch 0`,
      `${aapl}: ${(BLOCK_END - OPEN) / 60_000} epoch 0`,
    ]);
  });

  test('puts no watermark before the stream has taken every bar of it, however often it refuses some', async () => {
    const symbols = ['AAPL', 'MSFT', 'TpC'];
    let asked = 0;
    const records = await imported(
      rowsOf(...[0, 1, 2].flatMap(n => symbols.map((symbol): [string, number] => [symbol, n]))),
      undefined,
      () => (asked++ % 3 === 0 ? 'ProvisionedThroughputExceededException' : undefined),
    );
    expect(records.filter(record => symbols.some(symbol => record.startsWith(symbol)))).toHaveLength(9);
    const late = records.filter((record, at) => {
      const [, symbol = '', minute] = /^(\w+) (\d) import/.exec(record) ?? [];
      const covers = (earlier: string) => {
        const [, slot, through] = /^(\d+): (\d+) epoch/.exec(earlier) ?? [];
        return Number(slot) === slotOf(symbol) && Number(through) > Number(minute);
      };
      return symbol !== '' && records.slice(0, at).some(covers);
    });
    expect(late).toEqual([]);
  });

  test('puts no more than there is room for, and tells how far it is', async () => {
    const twin = new TwinKinesis();
    const rows = rowsOf(...Array.from({ length: 1_200 }, (_, n): [string, number] => ['AAPL', n]));
    const seen: number[] = [];
    await importRows(rows, {
      ...{ kinesis: twin.client(), stream: 'minutes', market: 'stocks' },
      windows: new Windows(calendarOf('stocks'), 'clock'),
      signal: new AbortController().signal,
      room: async () => {
        seen.push(twin.taken.filter(({ partitionKey }) => partitionKey === 'AAPL').length);
      },
      onProgress: published => seen.push(published),
    });
    expect(seen).toEqual([0, 500, 500, 1_000, 1_000, 1_200]);
  });

  test('after a hole puts a watermark at the first minute behind it', async () => {
    expect(await imported(rowsOf(['AAPL', 0], ['AAPL', 7]))).toEqual([
      'AAPL 0 import +1',
      'AAPL 7 import +1',
      `${aapl}: 1 epoch 0`,
      `${aapl}: 7 epoch 0`,
      `${aapl}: ${(BLOCK_END - OPEN) / 60_000} epoch 0`,
    ]);
  });

  test('versions a minute by its occurrence in the file, or as it is told to', async () => {
    const twice = rowsOf(['AAPL', 0], ['AAPL', 0]);
    expect((await imported(twice)).slice(0, 2)).toEqual(['AAPL 0 import +1', 'AAPL 0 import +2']);
    let version = minute(1) + 500;
    expect((await imported(twice, () => version++)).slice(0, 2)).toEqual([
      'AAPL 0 import +500',
      'AAPL 0 import +501',
    ]);
  });

  test('puts watermarks only of the slots that the file uses', async () => {
    const records = await imported(rowsOf(['AAPL', 0], ['TpC', 0]));
    const slots = new Set(
      records.filter(record => /^\d/.test(record)).map(record => Number.parseInt(record, 10)),
    );
    expect(slots).toEqual(new Set([aapl, slotOf('TpC')]));
  });
});
