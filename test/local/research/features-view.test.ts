/** The features in SQL and the functions of the API say the same of random and of real minutes: two ways to each value, to 1e-9 of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { features } from '../../../runtime/fold/features/features.ts';
import { featureNames } from '../../../runtime/fold/features/names.ts';
import { type SeriesMinute, seriesOf } from '../../../runtime/fold/features/series.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Folder } from '../../support/folder.ts';
import { Random } from '../../support/random.ts';
import { skippedAnywhere } from '../../support/skipped.ts';
import { type FeatureRow, featuresInSql, madeUp } from '../../support/sql-features.ts';
import type { SqlMarket } from '../../support/sql-fold.ts';

const MINUTE = 60_000;
const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';

interface FileMinute extends SeriesMinute {
  readonly symbol: string;
  readonly start: number;
}

function minutesIn(file: string): FileMinute[] {
  const bytes = readFileSync(file);
  const [header, ...lines] = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split('\n');
  expect(header?.trim()).toBe(HEADER);
  return lines.map(line => {
    const [symbol = '', volume = '', open, close, high, low, nanoseconds] = line.split(',');
    const start = Number(nanoseconds) / 1e6;
    const prices = { open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
    const vwap = madeUp.vwapOf(start, prices);
    return { symbol, start, ...prices, volume, ...(vwap !== undefined && { vwap }) };
  });
}

function rowsOf(minutes: readonly FileMinute[], market: SqlMarket): FeatureRow[] {
  const calendar = calendarOf(market);
  const sorted = minutes.toSorted((a, b) => a.start - b.start);
  const sessions = Map.groupBy(sorted, ({ symbol, start }) => `${symbol} ${calendar.sessionAt(start).start}`);
  return [...sessions.values()].flatMap(session => {
    const series = seriesOf(session);
    const columns = featureNames.map(name => features[name].of(series));
    let version = 0;
    return session.map(({ symbol, start }, i): FeatureRow => {
      version = Math.max(version, madeUp.versionOf(start));
      const values = columns.map(column => column[i] ?? Number.NaN);
      const told = values.map(value => (Number.isNaN(value) ? undefined : value));
      return { symbol, start, sessionStart: calendar.sessionAt(start).start, version, values: told };
    });
  });
}

const byIdentity = (a: FeatureRow, b: FeatureRow) =>
  a.symbol === b.symbol ? a.start - b.start : a.symbol < b.symbol ? -1 : 1;

/** @returns how many values were compared */
async function compared(file: string, market: SqlMarket): Promise<number> {
  const wanted = await featuresInSql([file], market);
  const rows = rowsOf(minutesIn(file), market).sort(byIdentity);
  wanted.sort(byIdentity);
  expect(rows.map(({ values: _, ...row }) => row)).toEqual(wanted.map(({ values: _, ...row }) => row));
  const isNear = (value: number | undefined, other: number | undefined) =>
    value === undefined || other === undefined
      ? value === other
      : Math.abs(value - other) <= 1e-9 * Math.max(Math.abs(value), Math.abs(other));
  const different = rows.filter(
    ({ values }, i) => !values.every((value, n) => isNear(value, wanted[i]?.values[n])),
  );
  expect(different).toEqual([]);
  return rows.flatMap(({ values }) => values.filter(value => value !== undefined)).length;
}

/** With holes, minutes without volume, and prices that stand still. */
function* randomLines(
  random: Random,
  symbol: string,
  [from, to]: readonly [string, string],
): Generator<string> {
  let price = random.between(800, 1_200);
  for (let start = Date.parse(from); start < Date.parse(to); start += MINUTE) {
    if (random.chance(0.4)) continue;
    if (random.chance(0.7)) price += random.between(-3, 3);
    const [low, high] = [price - random.between(0, 2), price + random.between(0, 2)];
    const [open, close] = [random.between(low, high), random.between(low, high)];
    const volume = random.chance(0.2) ? 0 : random.between(1, 5_000) / 8;
    const prices = [open, close, high, low].map(eighths => eighths / 8);
    yield [symbol, volume, ...prices, `${start}000000`, 1].join(',');
  }
}

test.each<[string, SqlMarket, [string, string]]>([
  ['a half day and the day before', 'stocks', ['2015-12-23T13:00:00Z', '2015-12-25T00:00:00Z']],
  ['the days around the change to daylight time', 'stocks', ['2008-03-07T19:00:00Z', '2008-03-10T16:00:00Z']],
  ['evenings that belong to the next day', 'futures', ['2013-10-06T20:00:00Z', '2013-10-08T23:00:00Z']],
  ['days of a market that never closes', 'crypto', ['2022-12-12T22:00:00Z', '2022-12-14T02:00:00Z']],
])('both say the same of random minutes: %s', async (_, market, span) => {
  using folder = new Folder();
  const random = new Random(14);
  const file = join(folder.path, 'random.csv');
  writeFileSync(
    file,
    [HEADER, ...['A', 'B'].flatMap(symbol => [...randomLines(random, symbol, span)])].join('\n'),
  );
  expect(await compared(file, market)).toBeGreaterThan(5_000);
});

const data = process.env['BARFLOW_DATA'];

if (data === undefined) {
  test('compares nothing with real data, for BARFLOW_DATA names no folder', () => {
    skippedAnywhere('set BARFLOW_DATA to the folder with the real flat files to compare features of them');
  });
} else {
  describe('both say the same of real minutes', () => {
    test.each<[string, SqlMarket]>([
      ['us-stocks-2013-10', 'stocks'],
      ['spy-2020-12', 'stocks'],
      ['goog-half-day-2015-12-24', 'stocks'],
      ['shy-dst-2008-03', 'stocks'],
      ['es-2013-10', 'futures'],
      ['adausdt-2022-12-13', 'crypto'],
    ])('%s', async (file, market) => {
      expect(await compared(join(data, `${file}.csv.gz`), market)).toBeGreaterThan(2_000);
    });
  });
}
