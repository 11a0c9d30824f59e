/** How fast minutes fold into all five timeframes: against a bare loop over typed arrays, and against DuckDB on one thread. */
import { type DuckDBConnection, DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api';
import { fold } from '../runtime/fold/fold.ts';
import { Minutes, row } from '../runtime/fold/minutes.ts';
import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE, minutesIn, rolledTimeframes } from '../runtime/markets/timeframe.ts';
import { Windows } from '../runtime/markets/window.ts';
import { type Benchmark, figures, inTurns, median } from './harness.ts';
import { BLOCK_START, sampleBar, sampleSymbols } from './sample.ts';

const { version: VERSION, open: OPEN, high: HIGH, low: LOW, close: CLOSE, units: UNITS, length: ROW } = row;

const SYMBOLS = 2_750;
const RUNS = 7;

export const foldBenchmark: Benchmark = {
  name: 'fold',
  async run(say) {
    const block = new Windows(calendarOf('stocks'), 'clock').blockOf(BLOCK_START);
    say(`making ${SYMBOLS} symbols of ${block.minutes} minutes`);
    const all = sampleSymbols(SYMBOLS).map((symbol, index) => {
      const minutes = new Minutes(block.minutes);
      for (let offset = 0; offset < block.minutes; offset++)
        minutes.merge(offset, sampleBar(symbol, index, block.start + offset * MINUTE));
      return minutes;
    });
    const duckDb = await loadDuckDb(all, block.start);
    const unmarked = { slot: undefined, own: undefined };
    const taken = await inTurns(
      {
        ours: {
          run: () => {
            let folded = 0;
            for (const minutes of all)
              for (const { from, to } of block.windows) if (fold(minutes, unmarked, from, to)) folded++;
            if (folded !== all.length * block.windows.length) throw new Error(`${folded} bars were folded`);
          },
        },
        bare: { run: () => all.forEach(bareFold) },
        duckDb: { run: () => foldInDuckDb(duckDb) },
      },
      RUNS,
      say,
    );
    duckDb.closeSync();
    const bars = SYMBOLS * block.minutes;
    const rates = (name: 'ours' | 'bare' | 'duckDb') =>
      (taken.get(name) ?? []).map(({ processor }) => bars / processor / 1e6);
    const row = { what: 'fold into five timeframes', unit: 'M minutes/s', ...figures(rates('ours')) };
    return [
      {
        ...row,
        limit: { name: 'bare loop over typed arrays', median: median(rates('bare')) },
        target: { kind: 'at least', value: 10 },
      },
      {
        ...row,
        limit: { name: 'DuckDB time_bucket, one thread', median: median(rates('duckDb')) },
        target: { kind: 'at least', value: 3, of: 'ratio' },
      },
    ];
  },
};

/** The least that any fold has to do: open, high, low, close, volume and version of every window, no rules, no objects. */
const bareOut = new Float64Array(6 * 48);
function bareFold({ rows }: Minutes): void {
  for (const timeframe of rolledTimeframes) {
    const length = minutesIn[timeframe] * ROW;
    for (let from = 0, out = 0; from < rows.length; from += length, out += 6) {
      let high = Number.NEGATIVE_INFINITY;
      let low = Number.POSITIVE_INFINITY;
      let volume = 0;
      let version = 0;
      for (let at = from; at < from + length; at += ROW) {
        const minuteHigh = rows[at + HIGH] ?? 0;
        const minuteLow = rows[at + LOW] ?? 0;
        if (minuteHigh > high) high = minuteHigh;
        if (minuteLow < low) low = minuteLow;
        volume += rows[at + UNITS] ?? 0;
        version += rows[at + VERSION] ?? 0;
      }
      bareOut[out] = rows[from + OPEN] ?? 0;
      bareOut[out + 1] = high;
      bareOut[out + 2] = low;
      bareOut[out + 3] = rows[from + length - ROW + CLOSE] ?? 0;
      bareOut[out + 4] = volume;
      bareOut[out + 5] = version;
    }
  }
}

async function loadDuckDb(all: readonly Minutes[], blockStart: number): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    'CREATE TABLE minutes (symbol INTEGER, ts TIMESTAMP, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE)',
  );
  const appender = await connection.createAppender('minutes');
  for (const [symbol, { rows }] of all.entries()) {
    for (let at = 0; at < rows.length; at += ROW) {
      appender.appendInteger(symbol);
      const minute = blockStart + (at / ROW) * MINUTE;
      appender.appendTimestamp(new DuckDBTimestampValue(BigInt(minute) * 1000n));
      for (const field of [OPEN, HIGH, LOW, CLOSE, UNITS]) appender.appendDouble(rows[at + field] ?? 0);
      appender.endRow();
    }
  }
  appender.closeSync();
  return connection;
}

async function foldInDuckDb(connection: DuckDBConnection): Promise<void> {
  for (const timeframe of rolledTimeframes) {
    await connection.run(`
      CREATE OR REPLACE TEMP TABLE bars AS
      SELECT symbol, time_bucket(INTERVAL ${minutesIn[timeframe]} MINUTE, ts) AS start, arg_min(open, ts), max(high),
        min(low), arg_max(close, ts), sum(volume)
      FROM minutes GROUP BY ALL`);
  }
}
