/** The tables of a research file, in DuckDB's SQL. Times are UTC; of each bar the highest version that ever came. */

/** Marks a file as ours: a database of another program is left alone. */
export const SCHEMA = 2;

export const tables = `
CREATE TABLE IF NOT EXISTS barflow (schema INTEGER NOT NULL, feed VARCHAR NOT NULL, market VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS intraday_bars (
  symbol VARCHAR NOT NULL, timestamp TIMESTAMP NOT NULL, session VARCHAR NOT NULL, session_start TIMESTAMP NOT NULL,
  open DOUBLE NOT NULL, high DOUBLE NOT NULL, low DOUBLE NOT NULL, close DOUBLE NOT NULL, volume DOUBLE NOT NULL,
  vwap DOUBLE, trade_count BIGINT, source VARCHAR NOT NULL, ingested_at TIMESTAMP NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (symbol, timestamp));
CREATE TABLE IF NOT EXISTS bars (
  symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, timestamp TIMESTAMP NOT NULL, "end" TIMESTAMP NOT NULL, session VARCHAR NOT NULL,
  open DOUBLE NOT NULL, high DOUBLE NOT NULL, low DOUBLE NOT NULL, close DOUBLE NOT NULL, volume DOUBLE NOT NULL,
  vwap DOUBLE, trade_count BIGINT, minutes INTEGER NOT NULL, uncovered INTEGER NOT NULL, final BOOLEAN NOT NULL,
  ingested_at TIMESTAMP NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (symbol, timeframe, timestamp));
CREATE TABLE IF NOT EXISTS symbols (symbol VARCHAR PRIMARY KEY, first_seen TIMESTAMP NOT NULL, last_seen TIMESTAMP NOT NULL);
CREATE TABLE IF NOT EXISTS feature_definitions (
  name VARCHAR PRIMARY KEY, version VARCHAR NOT NULL, active BOOLEAN NOT NULL, formula VARCHAR NOT NULL, unit VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS places (stream VARCHAR PRIMARY KEY, checkpoint VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS filled (piece VARCHAR PRIMARY KEY);
CREATE TEMP TABLE session_starts (timestamp TIMESTAMP NOT NULL, session_start TIMESTAMP NOT NULL);
CREATE TEMP TABLE arrived_minutes AS SELECT * FROM intraday_bars LIMIT 0;
CREATE TEMP TABLE arrived_bars AS SELECT * FROM bars LIMIT 0;`;

/** Into the tables what has arrived; a bar that stands gives way to a higher version alone, or to the finished one of the same. */
export const merge = [
  newest('intraday_bars', 'arrived_minutes', ['symbol', 'timestamp'], 'version', [
    ...['session', 'session_start', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trade_count'],
    ...['source', 'ingested_at', 'version'],
  ]),
  newest('bars', 'arrived_bars', ['symbol', 'timeframe', 'timestamp'], '(version, final)', [
    ...['end', 'session', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trade_count'],
    ...['minutes', 'uncovered', 'final', 'ingested_at', 'version'],
  ]),
  `INSERT INTO symbols SELECT symbol, min(timestamp), max(timestamp) FROM arrived_minutes GROUP BY symbol
   ON CONFLICT DO UPDATE SET first_seen = least(first_seen, excluded.first_seen), last_seen = greatest(last_seen, excluded.last_seen)`,
  'DELETE FROM arrived_minutes',
  'DELETE FROM arrived_bars',
];

/** From a file of the archive into the tables of what has arrived: `$1` the file, `$2` and `$3` the range of starts, `$4` when it is taken, epoch ms. */
export const fromParquet = {
  starts: `SELECT DISTINCT epoch_ms(start) AS start FROM read_parquet($1, hive_partitioning = false) WHERE ${within()}`,
  minutes: `INSERT INTO arrived_minutes
    SELECT symbol, ${utc('start')}, session, session_start, open, high, low, close, volume, vwap, trades, 'archive', ${utc('$4')}, version
    FROM read_parquet($1, hive_partitioning = false) JOIN session_starts ON epoch_ms(timestamp) = epoch_ms(start) WHERE ${within()}`,
  bars: `INSERT INTO arrived_bars
    SELECT symbol, $5, ${utc('start')}, ${utc('"end"')}, session, open, high, low, close, volume, vwap, trades, minutes, uncovered, final, ${utc('$4')}, version
    FROM read_parquet($1, hive_partitioning = false) WHERE ${within()}`,
};

/** Whatever zone DuckDB thinks that it is in. */
function utc(value: string): string {
  return value.startsWith('$')
    ? `make_timestamp(${value}::BIGINT * 1000)`
    : `make_timestamp(epoch_ms(${value}) * 1000)`;
}

function within(): string {
  return 'epoch_ms(start) >= $2 AND epoch_ms(start) < $3';
}

function newest(
  table: string,
  arrived: string,
  key: readonly string[],
  order: string,
  rest: readonly string[],
): string {
  const set = rest.map(column => `"${column}" = excluded."${column}"`).join(', ');
  const both = (of: string) => order.replaceAll(/version|final/g, name => `${of}.${name}`);
  return `INSERT INTO ${table}
    SELECT * FROM ${arrived} QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY version DESC${order === 'version' ? '' : ', final DESC'}) = 1
    ON CONFLICT DO UPDATE SET ${set} WHERE ${both('excluded')} > ${both(table)}`;
}

/** Minutes older than the hot days become bars of 5m where there is none yet, and go; bars of 5m older than the warm days go. */
export const age = (hotBefore: string, warmBefore: string) => [
  `INSERT INTO bars
   SELECT symbol, '5m', time_bucket(INTERVAL 5 MINUTE, timestamp), time_bucket(INTERVAL 5 MINUTE, timestamp) + INTERVAL 5 MINUTE, any_value(session),
     coalesce(first(open ORDER BY timestamp) FILTER (volume > 0), first(open ORDER BY timestamp)),
     coalesce(max(high) FILTER (volume > 0), max(high)), coalesce(min(low) FILTER (volume > 0), min(low)),
     coalesce(last(close ORDER BY timestamp) FILTER (volume > 0), last(close ORDER BY timestamp)), sum(volume),
     CASE WHEN count(*) FILTER (volume > 0 AND vwap IS NULL) = 0 THEN sum(vwap * volume) / nullif(sum(volume), 0) END,
     sum(trade_count), count(*), 0, true, max(ingested_at), sum(version)
   FROM intraday_bars WHERE timestamp < TIMESTAMP '${hotBefore}' GROUP BY ALL
   ON CONFLICT DO NOTHING`,
  `DELETE FROM intraday_bars WHERE timestamp < TIMESTAMP '${hotBefore}'`,
  `DELETE FROM bars WHERE timeframe = '5m' AND timestamp < TIMESTAMP '${warmBefore}'`,
];
