/** The bars of flat files as DuckDB makes them from SQL: a second opinion that shares no code with the project. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export type SqlMarket = 'stocks' | 'crypto' | 'futures';

export interface SqlFoldOptions {
  readonly market: SqlMarket;
  readonly alignment: 'clock' | 'session';
}

/** A final bar, as far as a flat file determines it. */
export interface SqlBar {
  readonly symbol: string;
  readonly timeframe: string;
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly minutes: number;
  readonly session: string;
  readonly version: number;
}

/** Sessions as minutes from local midnight of the trading day, and as they are on half days. */
const markets = {
  stocks: {
    zone: 'America/New_York',
    lastWeekday: 5,
    sessions: "('pre', 240, 570, 240, 570), ('regular', 570, 960, 570, 780), ('post', 960, 1200, 780, 1020)",
  },
  futures: { zone: 'America/Chicago', lastWeekday: 5, sessions: "('regular', -420, 960, -420, 735)" },
  crypto: { zone: 'UTC', lastWeekday: 7, sessions: "('regular', 0, 1440, 0, 1440)" },
} as const;

/** What there is near the files' days. */
const CLOSED_DAYS = "DATE '2015-12-25', DATE '2016-01-01', DATE '2020-12-25'";
const HALF_DAYS = "DATE '2015-12-24', DATE '2020-12-24'";

const calendarSql = ({ zone, lastWeekday, sessions }: (typeof markets)[SqlMarket]) => `
  CREATE MACRO to_local(ts) AS timezone('${zone}', timezone('UTC', ts));
  CREATE MACRO to_utc(local) AS timezone('UTC', timezone('${zone}', local));
  CREATE TABLE sessions AS
    WITH days AS (
      SELECT unnest(generate_series(TIMESTAMP '2008-01-01', TIMESTAMP '2023-12-31', INTERVAL 1 DAY)) AS day
    )
    SELECT name,
      to_utc(day + to_minutes(CASE WHEN day::DATE IN (${HALF_DAYS}) THEN half_opens ELSE opens END)) AS opens,
      to_utc(day + to_minutes(CASE WHEN day::DATE IN (${HALF_DAYS}) THEN half_closes ELSE closes END)) AS closes
    FROM days, (VALUES ${sessions}) AS rule(name, opens, closes, half_opens, half_closes)
    WHERE isodow(day) <= ${lastWeekday} AND ('${zone}' = 'UTC' OR day::DATE NOT IN (${CLOSED_DAYS}));
  CREATE TABLE spans AS
    SELECT name, opens AS starts, closes AS ends FROM sessions
    UNION ALL
    SELECT 'closed', lag(closes) OVER (ORDER BY opens) AS starts, opens AS ends
    FROM sessions QUALIFY starts < ends`;

const rowsSql = (files: string) => `
  CREATE TABLE minutes AS
    SELECT ticker, volume, open, close, high, low, make_timestamp(window_start // 1000) AS ts
    FROM read_csv([${files}], header = true, columns = {
      'ticker': 'VARCHAR', 'volume': 'DECIMAL(30, 6)', 'open': 'DOUBLE', 'close': 'DOUBLE', 'high': 'DOUBLE',
      'low': 'DOUBLE', 'window_start': 'BIGINT', 'transactions': 'BIGINT'
    })`;

/** Each minute with its window of each timeframe. */
const windowsSql = {
  clock: `
    SELECT m.*, timeframe,
      CASE WHEN length <= 60 THEN time_bucket(to_minutes(length), ts)
        ELSE to_utc(time_bucket(to_minutes(length), to_local(ts))) END AS starts,
      CASE WHEN length <= 60 THEN time_bucket(to_minutes(length), ts) + to_minutes(length)
        ELSE to_utc(time_bucket(to_minutes(length), to_local(ts)) + to_minutes(length)) END AS ends
    FROM minutes AS m, timeframes`,
  session: `
    SELECT m.*, timeframe, time_bucket(to_minutes(length), ts, spans.starts) AS starts,
      least(time_bucket(to_minutes(length), ts, spans.starts) + to_minutes(length), spans.ends) AS ends
    FROM minutes AS m ASOF JOIN spans ON ts >= spans.starts, timeframes`,
} as const;

const barsSql = (alignment: SqlFoldOptions['alignment']) => `
  WITH timeframes AS (
    SELECT * FROM (VALUES ('5m', 5), ('15m', 15), ('30m', 30), ('1h', 60), ('4h', 240)) AS t(timeframe, length)
  ), placed AS (${windowsSql[alignment]})
  , bars AS (
    SELECT ticker, timeframe, starts, ends, count(*) AS minutes, sum(volume) AS volume,
      coalesce(arg_min(open, ts) FILTER (volume > 0), arg_min(open, ts)) AS open,
      coalesce(max(high) FILTER (volume > 0), max(high)) AS high,
      coalesce(min(low) FILTER (volume > 0), min(low)) AS low,
      coalesce(arg_max(close, ts) FILTER (volume > 0), arg_max(close, ts)) AS close,
      sum(epoch_ms(ts) + 60000 + 1) AS version
    FROM placed GROUP BY ALL
  )
  SELECT ticker, timeframe, epoch_ms(starts)::DOUBLE, epoch_ms(ends)::DOUBLE, any_value(bars.open), any_value(high),
    any_value(low), any_value(close), any_value(volume)::DOUBLE, any_value(minutes)::DOUBLE,
    coalesce(arg_min(name, opens), 'closed'), any_value(version)::DOUBLE
  FROM bars LEFT JOIN sessions ON opens < ends AND closes > starts
  GROUP BY ticker, timeframe, starts, ends`;

/** Asks of flat files that have one row per symbol and minute, as table `minutes`, with the market's sessions and the time between them as `spans`. */
export async function askInSql<T>(
  files: readonly string[],
  market: SqlMarket,
  ask: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(calendarSql(markets[market]));
    const list = files.map(file => `'${file.replaceAll("'", "''")}'`).join(', ');
    await connection.run(rowsSql(list));
    return await ask(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Folds such files; versions are those of an import. */
export function foldInSql(
  files: readonly string[],
  { market, alignment }: SqlFoldOptions,
): Promise<SqlBar[]> {
  return askInSql(files, market, async connection => {
    const reader = await connection.runAndReadAll(barsSql(alignment));
    return reader.getRowsJson().map(values => {
      const [symbol, timeframe, start, end, open, high, low, close, volume, minutes, session, version] =
        values;
      return {
        symbol: String(symbol),
        timeframe: String(timeframe),
        start: Number(start),
        end: Number(end),
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
        volume: Number(volume),
        minutes: Number(minutes),
        session: String(session),
        version: Number(version),
      };
    });
  });
}
