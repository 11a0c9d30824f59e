/** What a query of DuckDB finds, in a file or in none. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export type Row = Readonly<Record<string, unknown>>;

/** As rows of values. */
export function valuesOf(sql: string, path?: string): Promise<unknown[][]> {
  return within(path, async connection => (await connection.runAndReadAll(sql)).getRowsJson());
}

/** As rows by the names of their columns. */
export function rowsOf(sql: string, path?: string): Promise<Row[]> {
  return within(path, async connection => (await connection.runAndReadAll(sql)).getRowObjectsJson());
}

async function within<T>(path = ':memory:', work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
