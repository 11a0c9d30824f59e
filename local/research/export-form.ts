/** The forms of an export besides its lines: the same columns whatever its bars have, those of the archive in Parquet and those of the API in CSV. */
import { rename, rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { OperatorError } from '../operate/operator-error.ts';
import { unusable } from './unusable.ts';

/** As records have them. */
const record = {
  ...{ symbol: 'VARCHAR', timeframe: 'VARCHAR', start: 'BIGINT', end: 'BIGINT' },
  ...{ open: 'DOUBLE', high: 'DOUBLE', low: 'DOUBLE', close: 'DOUBLE', volume: 'DOUBLE', vwap: 'DOUBLE' },
  ...{ trades: 'BIGINT', minutes: 'INTEGER', uncovered: 'INTEGER', session: 'VARCHAR', final: 'BOOLEAN' },
  version: 'BIGINT',
};
/** A double holds as many surely. */
const SURE_DIGITS = 15;

const forms = {
  parquet: `symbol, timeframe, to_timestamp(start / 1000) AS start, to_timestamp("end" / 1000) AS "end", open, high, low, close, volume,
    CASE WHEN length(ltrim(replace(digits, '.', ''), '0')) > ${SURE_DIGITS} THEN digits END AS volume_exact,
    vwap, trades, minutes, uncovered, session, final, version`,
  csv: `symbol, timeframe, start, "end", open, high, low, close, digits AS volume, vwap, trades, minutes, uncovered, session, final, version`,
};
export type ExportForm = keyof typeof forms;

/** A file that is wanted is there whole, or not at all. @param lines where the records are, a line each. @throws OperatorError when it cannot be written */
export async function convert(lines: string, path: string, form: ExportForm): Promise<void> {
  const made = `${path}.new`;
  const duckDb = await DuckDBInstance.create();
  const connection = await duckDb.connect();
  try {
    const bars = `SELECT ${forms[form]} FROM (${recordsIn(lines)})`;
    await connection.run(`COPY (${bars}) TO ${quoted(made)} (FORMAT ${form})`);
  } catch (error) {
    await rm(made, { force: true });
    throw new OperatorError(`--out ${path}: ${unusable(error)}`);
  } finally {
    connection.closeSync();
    duckDb.closeSync();
  }
  await rename(made, path);
}

/** A column for each field, and the volume's own `digits`: in a text of JSON no quote stands unescaped, so that no symbol looks like it. */
function recordsIn(lines: string): string {
  // No line holds a character below the blank: each is one column.
  const asText = `delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, columns = {'line': 'VARCHAR'}`;
  return `SELECT unnest(from_json(line, '${JSON.stringify(record)}')), regexp_extract(line, '"volume":([0-9.]+)', 1) AS digits
    FROM read_csv(${quoted(lines)}, ${asText}, max_line_size = 1000000)`;
}

function quoted(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
