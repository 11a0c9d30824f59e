/** Passed-on events, out of the packed records of their stream. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { Refused } from '../../kit/event.ts';
import { eventsIn, type PassedOnEvent } from '../../kit/events.ts';
import { type HandleEvents, handleEvents } from '../../kit/handle-events.ts';
import type { BatchResponse } from '../../kit/handling.ts';
import { envelopeLine } from '../../runtime/records/envelope.ts';
import { eventOf } from './support/bars.ts';
import { eventLine } from './support/events.ts';

const packed = (...lines: readonly string[]) => gzipSync(lines.map(line => `${line}\n`).join(''));
const AMPLE = { getRemainingTimeInMillis: () => 600_000 };

test('an event is what its line says, with its payload as the vendor wrote it', () => {
  const text = '{"ev":"LULD","T":"A,\\"hostname\\":","t":1763649000123456789,"hostname":",\\"payload\\":"}';
  const event = { kind: 'LULD', symbol: ',"payload":', topic: 'LULD.A', ts: 1_763_649_000_123, text };
  const passing = { feed: 'f', hostname: 'h,"hostname":', version: '1', seq: 7, ingestTs: 9 };
  expect(eventsIn(packed(envelopeLine(event, passing)))).toEqual([
    {
      kind: 'item',
      item: {
        ...{ ingest_ts: 9, type: 'LULD', symbol: ',"payload":', topic: 'LULD.A', feed: 'f' },
        ...{ ts: 1_763_649_000_123, hostname: 'h,"hostname":', app_version: '1', schema_version: 1, seq: 7 },
        payload: JSON.parse(text),
        payloadText: text,
      },
    },
  ]);
});

test('a payload whose place is not the usual one is written anew', () => {
  const { payload, ...rest } = JSON.parse(eventLine(1));
  const [found] = eventsIn(packed(JSON.stringify({ hostname: 'h', ...rest, payload })));
  expect(found).toMatchObject({ item: { payload, payloadText: JSON.stringify(payload) } });
});

test('what is none is refused by itself, with its bytes and the reason; what others have packed is passed over', () => {
  const found = eventsIn(packed(eventLine(1), 'no JSON', '[]', eventLine(2), '{}'));
  expect(found.map(each => (each.kind === 'refused' ? each.reason : each.kind))).toEqual([
    ...['item', 'record is "no JSON": not JSON', 'record is []: not a JSON object', 'item'],
    'schema_version is missing: this reader knows 1',
  ]);
  expect(found[1]).toMatchObject({ data: Buffer.from('no JSON') });
  const kpl = Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), Buffer.from('packed')]);
  expect(eventsIn(kpl)).toEqual([{ kind: 'skipped', as: 'kpl' }]);
  const data = Buffer.from('{"type":"bar"}');
  const reason = 'record is no gzip of at most 67108864 bytes (Z_DATA_ERROR)';
  expect(eventsIn(data)).toEqual([{ kind: 'refused', reason, data }]);
  const bomb = gzipSync(Buffer.alloc(67_108_865));
  expect(eventsIn(bomb)).toMatchObject([{ reason: expect.stringContaining('ERR_BUFFER_TOO_LARGE') }]);
});

/** What a handler is given of these records, call by call, and what it asks for again. */
async function run(
  records: readonly Uint8Array[],
  options: Partial<HandleEvents> & { readonly bad?: number },
) {
  const { bad, ...rest } = options;
  const calls: number[][] = [];
  const onEvents = (events: readonly PassedOnEvent[]) => {
    calls.push(events.map(({ seq }) => seq));
    if (events.some(({ seq }) => seq === bad)) throw new Error('no');
  };
  const { batchItemFailures }: BatchResponse = await handleEvents({
    ...{ onEvents, onFailed: () => {} },
    ...rest,
  })(eventOf(records), AMPLE);
  return { calls, again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

const records = [packed(eventLine(1), eventLine(2)), packed(eventLine(3, 'MSFT', 'Q'), eventLine(4))];

test('a handler is given the events of all records in order, and only those that are wanted', async () => {
  const all = async (filter: NonNullable<HandleEvents['filter']>) => (await run(records, { filter })).calls;
  expect(await all({})).toEqual([[1, 2, 3, 4]]);
  expect(await all({ types: ['Q'] })).toEqual([[3]]);
  expect(await all({ symbols: ['AAPL'], types: ['T', 'Q'] })).toEqual([[1, 2, 4]]);
  expect(await all(({ seq }) => seq > 3)).toEqual([[4]]);
  expect(await all({ symbols: ['SPY'] })).toEqual([]);
});

test('a handler asks for the record again in which a piece begins that failed', async () => {
  expect(await run(records, { chunk: 3, bad: 4 })).toEqual({ calls: [[1, 2, 3], [4]], again: ['2'] });
  const refused: Refused[] = [];
  const withBad = [...records, packed('bad')];
  const { again } = await run(withBad, { onRefused: each => refused.push(each) });
  expect([again, refused]).toMatchObject([[], [{ sequenceNumber: '3', data: Buffer.from('bad') }]]);
});

test('a handler refuses a filter by which nothing could come, and settings by which nothing is handed on', () => {
  const onEvents = () => {};
  const filter = (text: string) => () => handleEvents({ onEvents, filter: JSON.parse(text) });
  expect(filter('{"types":["trades"]}')).toThrow(
    'types is ["trades"]: use a list of the vendor\'s kinds, such as T and Q',
  );
  expect(filter('{"symbols":[]}')).toThrow('symbols is []: use a list of symbols');
  expect(filter('{"timeframes":["1h"]}')).toThrow(
    'filter has "timeframes": use types, symbols, or a function',
  );
  expect(() => handleEvents({ onEvents, chunk: 0 })).toThrow('chunk is 0: use a number of events from 1 on');
});
