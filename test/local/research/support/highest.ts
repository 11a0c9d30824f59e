/** What streams say at last, worked out by DuckDB from their records as they were put, and how files of the archive differ from it. */
import { type Row, rowsOf } from '../../../support/duck-db.ts';

const VALUES = 'symbol, timeframe, start, "end", open, high, low, close, vwap, trades';
const REST = 'minutes, uncovered, session, final, version';
/** Of records; a volume has more digits than a number holds. */
const columns = `{type: 'VARCHAR', symbol: 'VARCHAR', timeframe: 'VARCHAR', start: 'BIGINT', "end": 'BIGINT', open: 'DOUBLE', high: 'DOUBLE',
  low: 'DOUBLE', close: 'DOUBLE', volume: 'VARCHAR', vwap: 'DOUBLE', trades: 'BIGINT', minutes: 'INTEGER', uncovered: 'INTEGER',
  session: 'VARCHAR', final: 'BOOLEAN', version: 'BIGINT'}`;

/** @param folder with `minutes.ndjson` and `bars.ndjson`, what both streams ever carried */
const highest = (folder: string) => `
  SELECT ${VALUES}, volume, coalesce(minutes, 1) AS minutes, coalesce(uncovered, 0) AS uncovered, session, coalesce(final, true) AS final, version
  FROM read_json(['${folder}/minutes.ndjson', '${folder}/bars.ndjson'], format = 'newline_delimited', columns = ${columns})
  WHERE type = 'bar' QUALIFY row_number() OVER (PARTITION BY symbol, timeframe, start ORDER BY version DESC, final DESC) = 1`;

/** @param archive folder of a feed's files. The date is that of New York in winter */
const archived = (archive: string) => `
  SELECT symbol, timeframe, epoch_ms(start) AS start, epoch_ms("end") AS "end", open, high, low, close, vwap, trades, volume, volume_exact, ${REST}, date::VARCHAR AS date
  FROM read_parquet('${archive}/timeframe=*/date=*/bars.parquet', hive_partitioning = true)`;

/** Rows that one side has and the other has not, and volumes of other digits, at most ten of each; none where both say the same. */
export async function differences(folder: string, archive: string): Promise<Row[]> {
  const date = "strftime(make_timestamp((start - 18000000) * 1000), '%Y-%m-%d')";
  const said = `SELECT ${VALUES}, volume::DOUBLE AS volume, ${REST}, ${date} AS date FROM said`;
  const files = `SELECT ${VALUES}, volume, ${REST}, date FROM files`;
  return rowsOf(`
    WITH said AS MATERIALIZED (${highest(folder)}), files AS MATERIALIZED (${archived(archive)})
    (SELECT 'missing in the archive' AS what, * FROM (${said} EXCEPT ALL ${files}) LIMIT 10)
    UNION ALL BY NAME (SELECT 'on no stream' AS what, * FROM (${files} EXCEPT ALL ${said}) LIMIT 10)
    UNION ALL BY NAME (SELECT 'other digits' AS what, symbol, timeframe, start, volume_exact, said.volume AS said
      FROM files JOIN said USING (symbol, timeframe, start)
      WHERE coalesce(volume_exact, regexp_replace(files.volume::VARCHAR, '[.]0$', '')) <> said.volume LIMIT 10)`);
}

/** Rows of a research file that the streams do not say, and the other way round, at most ten of each. */
export async function unlikeStreams(folder: string, path: string): Promise<Row[]> {
  const said = `SELECT ${VALUES}, volume::DOUBLE AS volume, ${REST} FROM (${highest(folder)})`;
  const times = 'epoch_ms(timestamp) AS start, trade_count AS trades';
  const kept = `SELECT ${VALUES}, volume, ${REST} FROM (
    SELECT *, '1m' AS timeframe, ${times}, epoch_ms(timestamp) + 60000 AS "end", 1 AS minutes, 0 AS uncovered, true AS final FROM intraday_bars
    UNION ALL BY NAME SELECT * REPLACE (epoch_ms("end") AS "end"), ${times} FROM bars)`;
  return rowsOf(
    `(SELECT 'missing' AS what, * FROM (${said} EXCEPT ALL ${kept}) LIMIT 10)
     UNION ALL BY NAME (SELECT 'on no stream' AS what, * FROM (${kept} EXCEPT ALL ${said}) LIMIT 10)`,
    path,
  );
}
