/** A day's bars of one timeframe as a Parquet file, sorted by symbol and start. */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type BarColumns, inOrder, type NumberColumn, type Run } from './bar-columns.ts';

/** Rows of one group: enough to pack well, few enough to hold twice. */
const GROUP = 100_000;

interface Column {
  readonly schema: SchemaElement;
  readonly of: (run: Run, at: number) => unknown;
}

const required = { repetition_type: 'REQUIRED' } as const;
const optional = { repetition_type: 'OPTIONAL' } as const;
const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const instant = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
} as const;

const time = (name: NumberColumn): Column => ({
  schema: { name, ...instant, ...required },
  of: ({ columns }, at) => BigInt(columns.number(name, at)),
});
const double = (name: NumberColumn): Column => ({
  schema: { name, type: 'DOUBLE', ...required },
  of: ({ columns }, at) => columns.number(name, at),
});
const whole = (name: NumberColumn): Column => ({
  schema: { name, type: 'INT32', ...required },
  of: ({ columns }, at) => columns.number(name, at),
});
const known = (value: number) => (Number.isNaN(value) ? undefined : value);

/** As records name them. Feed, timeframe and date are told by the file's folder. */
const columns: readonly Column[] = [
  { schema: { name: 'symbol', ...text, ...required }, of: ({ symbol }) => symbol },
  ...[time('start'), time('end')],
  ...[double('open'), double('high'), double('low'), double('close'), double('volume')],
  // Present where the number has other digits: of coins' volumes, and of those above 2^53.
  {
    schema: { name: 'volume_exact', ...text, ...optional },
    of: (run, at) => run.columns.exactVolume(at),
  },
  {
    schema: { name: 'vwap', type: 'DOUBLE', ...optional },
    of: (run, at) => known(run.columns.number('vwap', at)),
  },
  {
    schema: { name: 'trades', type: 'INT64', ...optional },
    of: (run, at) => {
      const trades = known(run.columns.number('trades', at));
      return trades === undefined ? undefined : BigInt(trades);
    },
  },
  ...[whole('minutes'), whole('uncovered')],
  { schema: { name: 'session', ...text, ...required }, of: (run, at) => run.columns.session(at) },
  { schema: { name: 'final', type: 'BOOLEAN', ...required }, of: (run, at) => run.columns.isFinal(at) },
  {
    schema: { name: 'version', type: 'INT64', ...required },
    of: (run, at) => BigInt(run.columns.number('version', at)),
  },
];

/** @param parts each symbol in one of them. @param release what wrote it, for the file's own note */
export function parquetOf(parts: readonly BarColumns[], release: string): Uint8Array {
  const bytes = new ByteWriter();
  const schema: SchemaElement[] = [
    { name: 'bars', num_children: columns.length },
    ...columns.map(column => column.schema),
  ];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: release });
  for (const group of groupsOf(inOrder(parts)))
    file.write({
      columnData: columns.map(({ schema: { name }, of }) => ({ name, data: valuesOf(group, of) })),
      rowGroupSize: GROUP * 2,
    });
  file.finish();
  return bytes.getBytes();
}

/** Runs for one group of rows after another; a symbol is in one group. */
function* groupsOf(runs: readonly Run[]): Generator<readonly Run[]> {
  let group: Run[] = [];
  let rows = 0;
  for (const run of runs) {
    group.push(run);
    rows += run.to - run.from;
    if (rows < GROUP) continue;
    yield group;
    [group, rows] = [[], 0];
  }
  if (group.length > 0) yield group;
}

function valuesOf(group: readonly Run[], of: Column['of']): unknown[] {
  const values: unknown[] = [];
  for (const run of group) for (let at = run.from; at < run.to; at++) values.push(of(run, at));
  return values;
}
