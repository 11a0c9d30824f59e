/** A week of a stage in its archive, with a holiday, a half day and corrections of days before, and in the files of researchers. BARFLOW_WEEK_SYMBOLS says how many symbols trade. */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { timeframes } from '../../../runtime/markets/timeframe.ts';
import { rowsOf } from '../../support/duck-db.ts';
import { skippedAnywhere } from '../../support/skipped.ts';
import { ArchivingStage, STAGE } from './support/archiving-stage.ts';
import { cutArchive } from './support/cut-archive.ts';
import { differences, unlikeStreams } from './support/highest.ts';
import { Outside } from './support/outside.ts';
import { midnight, Thanksgiving, WEEK } from './support/thanksgiving.ts';

const WHOLE = process.env['BARFLOW_WEEK_SYMBOLS'];
/** Hours after midnight at which trade begins each day. */
const [SYMBOLS, OPENS] = WHOLE === undefined ? [3, 13] : [Number(WHOLE), 0];
const [MONDAY, TUESDAY, WEDNESDAY, HOLIDAY, HALF_DAY] = WEEK;
const SATURDAY = midnight('2025-11-29');
const HOUR = 3_600_000;

let stage: ArchivingStage;
let outside: Outside;
/** SHA-256 of the objects of the archive by their keys, after each look at it. */
const looks: ReadonlyMap<string, string>[] = [];

beforeAll(async () => {
  stage = await ArchivingStage.start(midnight(MONDAY));
  outside = await Outside.of(stage.engine, STAGE, stage.stacks);
  const week = new Thanksgiving(SYMBOLS, OPENS);
  const follow = async () => (WHOLE === undefined ? outside.follow(followedFile()) : undefined);
  const followed = follow();
  for (const date of [MONDAY, TUESDAY]) await week.play(stage, date);
  await end(await followed, 'SIGKILL');
  const again = follow();
  await week.play(stage, WEDNESDAY, [MONDAY]);
  await stage.runArchive(midnight(HOLIDAY) + HOUR);
  await look();
  await week.play(stage, HOLIDAY);
  await week.play(stage, HALF_DAY, [MONDAY, WEDNESDAY]);
  await stage.written();
  await end(await again, 'SIGINT');
}, 3_600_000);
afterAll(async () => {
  await outside?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const followedFile = () => join(stage.folder, 'followed.duckdb');

/** Ends a process that follows. */
async function end(child: ChildProcess | undefined, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  if (child === undefined) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  expect(await exited).toEqual(signal === 'SIGINT' ? [0, null] : [null, signal]);
}

async function look(): Promise<void> {
  const { archive } = stage;
  const objects = (await archive.keys('')).map(
    async key =>
      [
        key,
        createHash('sha256')
          .update(await archive.read(key))
          .digest('hex'),
      ] as const,
  );
  looks.push(new Map(await Promise.all(objects)));
}

/** Keys of which two looks saw other content. */
function changed(one: number, other: number): string[] {
  const [before, after] = [looks.at(one), looks.at(other)];
  return [...(after ?? [])].flatMap(([key, hash]) => (before?.get(key) === hash ? [] : [key]));
}

const keysOf = (...dates: readonly string[]) =>
  dates
    .flatMap(date => timeframes.map(timeframe => `feed=stocks/timeframe=${timeframe}/date=${date}/`))
    .flatMap(folder => [`${folder}_manifest.json`, `${folder}bars.parquet`])
    .sort();

describe('a week half archived, revised since', () => {
  test('is the same in a research file through archive and API of an environment as on this machine', async () => {
    const rows = [];
    for (const [name, where] of [
      ['env', outside.asEnvironment],
      ['local', outside.asPipeline],
    ] as const) {
      const path = join(stage.folder, `${name}.duckdb`);
      const range = ['--from', `${MONDAY}T05:00:00Z`, '--to', new Date(SATURDAY).toISOString()];
      const { code, out, errors } = await outside.research([...where, '--db', path, ...range]);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(out.includes('from the archive')).toBe(name === 'env');
      expect(out).toContain('from the query API');
      rows.push(
        await rowsOf('SELECT * EXCLUDE (source, ingested_at) FROM intraday_bars ORDER BY ALL', path),
        await rowsOf('SELECT * EXCLUDE (ingested_at) FROM bars ORDER BY ALL', path),
      );
    }
    const [minutes, bars, ofPipeline, others] = rows;
    expect(minutes).toEqual(ofPipeline);
    expect(bars).toEqual(others);
    expect(minutes?.length).toBeGreaterThan(1_000);
  }, 600_000);
});

test('a research file that followed the week, was killed in it and told to end has all of it, each bar once', async () => {
  if (WHOLE !== undefined) return skippedAnywhere('a week of so many symbols is followed by nobody');
  const { code, errors } = await outside.research([...outside.asPipeline, '--db', followedFile()]);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(await unlikeStreams(stage.folder, followedFile())).toEqual([]);
  const many = 'SELECT count(*) > 1000 AS many FROM intraday_bars';
  expect(await rowsOf(many, followedFile())).toEqual([{ many: true }]);
});

describe('an archive that is killed', () => {
  test('leaves every file as it was or as it will be, and the next one makes it good', async () => {
    // In the first manifest of a revised day, and in another file of it.
    for (const puts of [2, 9]) {
      expect(await cutArchive(stage, SATURDAY + HOUR, puts)).toBe('SIGKILL');
      await look();
    }
    await stage.runArchive(SATURDAY + HOUR);
    await look();
    const [before, after] = [looks[0], looks.at(-1)];
    for (const each of looks)
      for (const [key, hash] of each) expect([before?.get(key), after?.get(key)]).toContain(hash);
    expect(changed(0, 1)).toEqual([`feed=stocks/timeframe=1m/date=${MONDAY}/bars.parquet`]);
  }, 600_000);
});

describe('a week archived', () => {
  test('is a file a day and timeframe, also of a holiday', () => {
    expect([...(looks.at(-1)?.keys() ?? [])].sort()).toEqual(keysOf(...WEEK));
  });

  test('has written again what was revised, and nothing else', () => {
    expect(changed(0, -1).sort()).toEqual(keysOf(MONDAY, WEDNESDAY, HOLIDAY, HALF_DAY));
  });

  test('says what the streams said at last, to the last row and digit', async () => {
    const archive = `${stage.archive.folder}/feed=stocks`;
    expect(await differences(stage.folder, archive)).toEqual([]);
    expect(stage.said).toEqual([]);
  }, 600_000);
});
