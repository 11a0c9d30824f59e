/** Holds what the documentation says of records to the code that writes and reads them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import type { MinuteBar, RolledBar } from '../../runtime/records/bar.ts';
import { decodeMinuteRecord, decodeRolledBar } from '../../runtime/records/decode.ts';
import {
  encodeCoverage,
  encodeMinuteBar,
  encodeRolledBar,
  encodeWatermark,
} from '../../runtime/records/encode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { minuteBar, RollupOnTwins } from '../support/rollup-on-twins.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/consuming.md'), 'utf8');
const examples = [...page.matchAll(/^\{"type".*\}$/gm)].map(([line]) => line);

/** The record of a text, read and written again. */
function again(text: string): string {
  const record = decodeMinuteRecord(text, 'stocks');
  switch (record.type) {
    case 'bar':
      return encodeMinuteBar(record);
    case 'coverage':
      return encodeCoverage(record);
    case 'watermark':
      return encodeWatermark(record);
    case 'invalid': {
      const bar = decodeRolledBar(text);
      if ('open' in bar) return encodeRolledBar(bar);
      throw new Error(`'${text}' is no record: ${record.reason}; ${bar.reason}`);
    }
  }
}

test('the records that are shown are such records, to the byte', () => {
  expect(examples).toHaveLength(5);
  for (const example of examples) expect(again(example)).toBe(example);
});

/** The tables under a heading, each with its head and its rows. */
function tablesUnder(heading: string): string[][][] {
  const [, section = ''] = new RegExp(`\n## ${heading}\n([\\s\\S]*?)(?=\n## )`).exec(page) ?? [];
  return [...section.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) => {
    const [head = [], , ...rows] = table
      .trim()
      .split('\n')
      .map(line =>
        line
          .split('|')
          .slice(1, -1)
          .map(cell => cell.trim()),
      );
    return [head, ...rows];
  });
}

/** The rows of the table under a heading, by its column names; a row for each of several fields. */
function rowsUnder(heading: string): Record<string, string>[] {
  const [[head = [], ...rows] = []] = tablesUnder(heading);
  return rows.flatMap(cells => {
    const row = Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']));
    return [...(row['field'] ?? '').matchAll(/`(\w+)`/g)].map(([, field = '']) => ({ ...row, field }));
  });
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(JSON.parse(text)));
}

const TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  number: 'number',
  'true or false': 'boolean',
};

/** Whether the table has the fields of the fullest records, with their types, and says `never` of those of the barest. */
function expectTold(
  rows: readonly Record<string, string>[],
  { fullest, barest }: { fullest: readonly string[]; barest: readonly string[] },
): void {
  const values = new Map(fullest.flatMap(text => [...fieldsOf(text)]));
  expect(rows.map(({ field }) => field).toSorted()).toEqual([...values.keys()].toSorted());
  const always = rows.filter(({ absent }) => absent === 'never').map(({ field = '' }) => field);
  expect(always.toSorted()).toEqual(
    [...fieldsOf(barest[0] ?? '').keys()]
      .filter(field => barest.every(text => fieldsOf(text).has(field)))
      .toSorted(),
  );
  for (const { field = '', type = '' } of rows)
    expect({ field, type: TYPES[type] }).toEqual({ field, type: typeof values.get(field) });
}

const bare: Omit<MinuteBar, 'type' | 'source'> = {
  symbol: 'AAPL',
  start: 1_763_649_000_000,
  open: 2,
  high: 3,
  low: 1,
  close: 2,
  volume: '5',
  session: 'regular',
  version: 1_763_649_062_184,
};
const minute: MinuteBar = { ...bare, type: 'bar', source: 'live' };
const day = { dayVolume: '7', dayVwap: 2, officialOpen: 2, otc: true } as const;
const rolled: RolledBar = {
  ...bare,
  timeframe: '5m',
  end: bare.start + 300_000,
  minutes: 1,
  uncovered: 0,
  final: true,
};

describe('the table of fields', () => {
  test('of bars has them all, with their types, and tells which can be absent', () => {
    expectTold(rowsUnder('Bars'), {
      fullest: [
        encodeMinuteBar({ ...minute, ...day, vwap: 2, trades: 4 }),
        encodeRolledBar({ ...rolled, vwap: 2, trades: 4 }),
      ],
      barest: [encodeMinuteBar(minute), encodeRolledBar(rolled)],
    });
  });

  test('tells which fields only minute bars have', () => {
    const own = Object.keys(day).concat('source');
    const told = rowsUnder('Bars').filter(({ absent = '' }) => /`bars`|likewise/.test(absent));
    expect(told.map(({ field }) => field).toSorted()).toEqual(own.toSorted());
  });

  test('of bars names every timeframe', () => {
    const told = rowsUnder('Bars').find(({ field }) => field === 'timeframe')?.['meaning'] ?? '';
    expect([...told.matchAll(/`(\d+[mh])`/g)].map(([, each]) => each)).toEqual(['1m', ...rolledTimeframes]);
  });

  test('of coverage marks and watermarks has them all, with their types, and tells which can be absent', () => {
    const mark = { type: 'coverage', slot: 34, minute: bare.start, covered: false, version: 1 } as const;
    const rows = rowsUnder('Coverage marks and watermarks');
    expectTold(
      rows.filter(({ of }) => of !== 'watermark'),
      { fullest: [encodeCoverage({ ...mark, symbol: 'AAPL' })], barest: [encodeCoverage(mark)] },
    );
    const watermark = encodeWatermark({ type: 'watermark', slot: 34, through: bare.start, epoch: 1 });
    expectTold(
      rows.filter(({ of }) => of !== 'coverage'),
      { fullest: [watermark], barest: [watermark] },
    );
  });
});

describe('the rules by which a bar is made of its minutes', () => {
  const [rules = [], example = []] = tablesUnder('How a bar is made of its minutes');

  test('have one for every field that is made', () => {
    const fields = rules.flatMap(([field = '']) => [...field.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const taken = ['type', 'schema', 'symbol', 'timeframe', 'start', 'end', 'final'];
    const made = [...fieldsOf(encodeRolledBar({ ...rolled, vwap: 2, trades: 4 })).keys()];
    expect(fields.toSorted()).toEqual(made.filter(field => !taken.includes(field)).toSorted());
  });

  test('have an example that the roll-up works out alike', async () => {
    const [head = [], ...lines] = example;
    const numbers = lines.map(([title = '', ...cells]) => {
      const named = cells.flatMap((cell, at): [string, string][] => {
        const name = /\w+/.exec(head[at + 1] ?? '')?.[0];
        return cell === '' || name === undefined ? [] : [[name, cell]];
      });
      return { title, named };
    });
    const rollup = new RollupOnTwins();
    for (const { title, named } of numbers.slice(0, -1)) {
      const start = Date.parse(`2025-11-20T${title.slice(0, 5)}Z`);
      const { volume, ...values } = Object.fromEntries(named);
      const read = Object.fromEntries(Object.entries(values).map(([name, cell]) => [name, Number(cell)]));
      const { vwap: _, ...bare } = minuteBar(start);
      if (title.includes('mark'))
        await rollup.deliver({
          ...{ type: 'coverage', slot: slotOf('AAPL'), minute: start, covered: false },
          version: read['version'] ?? 0,
        });
      else await rollup.deliver({ ...bare, ...read, volume: volume ?? '' });
    }
    await rollup.deliver('2025-11-20T14:35Z');
    const told = Object.fromEntries(numbers.at(-1)?.named ?? []);
    const [bar = {}] = rollup.bars('5m');
    const worked = Object.fromEntries(Object.entries(bar).map(([name, value]) => [name, `${value}`]));
    expect(Object.keys(told)).toHaveLength(head.length - 1);
    expect(worked).toMatchObject(told);
  });
});
