/** What a minute's features cost, at the end of a session, where they read the most: 7 of 50 symbols, and all rows of a day of 450, beside the SQL view. */
import { type DuckDBConnection, DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api';
import { featuresView } from '../local/research/features-view.ts';
import { features } from '../runtime/fold/features/features.ts';
import { featureNames } from '../runtime/fold/features/names.ts';
import { seriesOf } from '../runtime/fold/features/series.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import type { MinuteBar } from '../runtime/records/bar.ts';
import { type Benchmark, figures, inTurns } from './harness.ts';
import { sampleBar, sampleSymbols } from './sample.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const MINUTES = 390;
const [ASKED, ALL] = [50, 450];
const RUNS = 7;
/** What takes a few milliseconds is measured over so many rounds. */
const ROUNDS = 20;

export const featuresBenchmark: Benchmark = {
  name: 'features',
  async run(say) {
    say(`making a session of ${ALL} symbols`);
    const sessions = sampleSymbols(ALL).map((symbol, index) =>
      Array.from({ length: MINUTES }, (_, minute) => sampleBar(symbol, index, OPEN + minute * MINUTE)),
    );
    const duckDb = await loadDuckDb(sessions);
    const asked = sessions.slice(0, ASKED);
    const taken = await inTurns(
      {
        minute: { run: () => again(() => valuesOf(asked)) },
        day: { run: () => valuesOf(sessions) },
        sql: { run: () => duckDb.run('CREATE OR REPLACE TEMP TABLE told AS FROM intraday_features') },
      },
      RUNS,
      say,
    );
    duckDb.closeSync();
    const seconds = (name: 'minute' | 'day' | 'sql') =>
      (taken.get(name) ?? []).map(({ processor }) => processor);
    return [
      {
        ...{ what: `${featureNames.length * ASKED} features of a minute`, unit: 'ms' },
        ...figures(seconds('minute').map(each => (each * 1e3) / ROUNDS)),
        target: { kind: 'at most', value: 10 },
      },
      {
        ...{ what: `features of a day of ${ALL} symbols`, unit: 's', ...figures(seconds('day')) },
        limit: { name: 'the same view in DuckDB, one thread', median: figures(seconds('sql')).median },
        target: { kind: 'at most', value: 5 },
      },
    ];
  },
};

function again(run: () => void): void {
  for (let round = 0; round < ROUNDS; round++) run();
}

/** The API makes all rows of a session to tell its last ones. */
function valuesOf(sessions: readonly (readonly MinuteBar[])[]): void {
  let told = 0;
  for (const session of sessions) {
    const series = seriesOf(session);
    for (const name of featureNames) if (!Number.isNaN(features[name].of(series).at(-1))) told++;
  }
  if (told !== featureNames.length * sessions.length) throw new Error(`${told} features were told`);
}

async function loadDuckDb(sessions: readonly (readonly MinuteBar[])[]): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE intraday_bars (symbol VARCHAR, timestamp TIMESTAMP, session_start TIMESTAMP, open DOUBLE, high DOUBLE,
      low DOUBLE, close DOUBLE, volume DOUBLE, vwap DOUBLE, version DOUBLE)`,
  );
  const appender = await connection.createAppender('intraday_bars');
  for (const { symbol, start, open, high, low, close, volume, vwap = 0, version } of sessions.flat()) {
    appender.appendVarchar(symbol);
    for (const at of [start, OPEN]) appender.appendTimestamp(new DuckDBTimestampValue(BigInt(at) * 1_000n));
    for (const value of [open, high, low, close, Number(volume), vwap, version]) appender.appendDouble(value);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(featuresView);
  return connection;
}
