/** The bar store on the real stage, as the templates wire it: after an import the table holds what the stream carried, each bar once and as its highest version. */
import { expect, test } from '@jest/globals';
import { highestVersions, type LongerBar, readText } from '../../../kit/index.ts';
import { Pipeline } from '../../../local/cli/pipeline.ts';
import { FeedProgress } from '../../../local/console/feed-progress.ts';
import { FlatRows } from '../../../local/flat-files/flat-rows.ts';
import { importRows } from '../../../local/flat-files/import.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { MINUTE, rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { BarTable } from '../../../runtime/tables/bars/bar-table.ts';
import { SymbolRegistry } from '../../../runtime/tables/bars/symbol-registry.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const SYMBOLS = ['AAPL', 'BRK.B', 'MSFT'];
const feed = { market: 'stocks', symbols: SYMBOLS, alignment: 'clock' } as const;

/** Minutes of every symbol; the price tells one file from the other. */
function minutes(count: number, price: number): FlatRows {
  const values = { open: price, high: price + 1, low: price - 1, close: price, volume: '10' } as const;
  return FlatRows.of(
    Array.from({ length: count }, (_, minute) =>
      SYMBOLS.map(symbol => ({ symbol, start: OPEN + minute * MINUTE, ...values })),
    ).flat(),
  );
}

test('after imports, one of which corrects the other, the table holds the highest version of every bar of the stream', async () => {
  const { signal } = new AbortController();
  const progress = new FeedProgress('stocks', 'stocks');
  const pipeline = await Pipeline.start({ feeds: [{ settings: feed, progress }], say: () => undefined });
  try {
    const { engine } = pipeline;
    const carried: LongerBar[] = [];
    await engine.tap('Stocks/Bars', records => {
      for (const { data } of records) {
        const reading = readText(data);
        if (reading.kind === 'record' && reading.record.type === 'bar' && reading.record.timeframe !== '1m')
          carried.push(reading.record);
      }
    });
    const target = {
      kinesis: engine.kinesis,
      stream: pipeline.engine.stream('Stocks/Minutes').name,
      market: 'stocks',
    } as const;
    const windows = new Windows(calendarOf('stocks'), 'clock');
    for (const rows of [minutes(70, 100), minutes(30, 200)]) {
      await importRows(rows, { ...target, windows, signal });
      await engine.drained();
    }

    const name = engine.table('Stocks/Store').name;
    const table = new BarTable(engine.dynamodb, name);
    const stored: string[] = [];
    for (const symbol of SYMBOLS)
      for (const timeframe of rolledTimeframes)
        for (const { text } of (await table.range({ symbol, timeframe, limit: 100 }, signal)).bars)
          stored.push(text);
    const expected = highestVersions(carried).map(
      bar => `${bar.symbol} ${bar.timeframe} ${bar.start} ${bar.version}`,
    );
    const found = stored
      .map(text => JSON.parse(text))
      .map(bar => `${bar.symbol} ${bar.timeframe} ${bar.start} ${bar.version}`);
    expect(expected.length).toBeGreaterThan(50);
    expect(carried.length).toBeGreaterThan(expected.length / 2);
    expect(found.sort()).toEqual(expected.sort());
    const { symbols, hasMore } = await new SymbolRegistry(engine.dynamodb, name).list({ limit: 10 }, signal);
    expect([symbols.map(({ symbol }) => symbol), hasMore]).toEqual([SYMBOLS, false]);
  } finally {
    await pipeline.stop();
  }
});
