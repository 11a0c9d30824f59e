/** Flat files into the minutes stream of an environment, as an operator fills a hole with them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { operate } from '../../support/operate.ts';
import { FakeAws } from './support/fake-aws.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let aws: FakeAws;
let folder: string;

beforeAll(async () => {
  aws = await FakeAws.start();
  folder = await mkdtemp(join(tmpdir(), 'barflow-import-'));
});
beforeEach(() => {
  aws.quarantine.taken.length = 0;
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await aws.stop();
});

/** A file with a bar of each of two symbols in each of three minutes, by ticker and then by time. @returns its path */
async function flatFile(first: number): Promise<string> {
  const path = join(folder, `${first}.csv`);
  const rows = ['AAPL', 'MSFT'].flatMap(symbol =>
    [0, 1, 2].map(minute => `${symbol},100,10,11,12,9,${first + minute * MINUTE}000000,5`),
  );
  const header = 'ticker,volume,open,close,high,low,window_start,transactions';
  await writeFile(path, `${[header, ...rows].join('\n')}\n`);
  return path;
}

const run = (...args: string[]) => operate('import', ['--env', 'dev', ...args], aws.variables);
const records = () => aws.quarantine.taken.map(text => JSON.parse(text));
/** A full minute so many hours ago. */
const ago = (hours: number) => Math.floor((Date.now() - hours * HOUR) / MINUTE) * MINUTE;

describe('npm run import -- --env', () => {
  test('says what it would do, and does it when it is told to: the bars, and watermarks up to the end of their block', async () => {
    const first = ago(30);
    const file = await flatFile(first);
    const plan = await run('--file', file);
    expect(plan).toMatchObject({ code: 0, errors: '' });
    expect(plan.out).toMatch(/6 rows of 2 symbols, .*\ngive --yes to put them on \w*minutes\w*/);
    expect(records()).toEqual([]);
    const done = await run('--file', file, '--yes');
    expect(done).toMatchObject({ code: 0, errors: '' });
    expect(done.out).toContain('6 of 6 rows are on the stream');
    const bars = records().filter(({ type }) => type === 'bar');
    expect(bars.map(({ symbol, start }) => [symbol, (start - first) / MINUTE])).toEqual(
      [0, 1, 2].flatMap(minute => ['AAPL', 'MSFT'].map(symbol => [symbol, minute])),
    );
    expect(bars.every(({ source, version, end }) => source === 'import' && version === end + 1)).toBe(true);
    const through = records().flatMap(record => (record.type === 'watermark' ? [record.through] : []));
    expect(Math.max(...through)).toBeLessThanOrEqual(Date.now());
  });

  test('takes a part of the files, the later first, with versions that replace what is known', async () => {
    const first = ago(30);
    const [from, to] = [2, 4].map(minute => new Date(first + minute * MINUTE).toISOString());
    const files = [await flatFile(first + 3 * MINUTE), await flatFile(first)].flatMap(file => [
      '--file',
      file,
    ]);
    const before = Date.now();
    await run(
      ...[...files, '--symbols', 'MSFT', '--from', from ?? '', '--to', to ?? ''],
      ...['--authoritative', '--yes'],
    );
    const bars = records().filter(({ type }) => type === 'bar');
    expect(bars).toMatchObject([2, 3].map(minute => ({ symbol: 'MSFT', start: first + minute * MINUTE })));
    expect(bars[0].version).toBeGreaterThanOrEqual(before);
  });

  test.each([
    [0, /^the block of the last minute, .* ends at .*: import it after that, or end before it with --to$/],
    [8 * 24, /^the first minute, .* is older than the roll-up's log of 7 days: begin with --from/],
  ])('refuses a file that begins %i hours ago in one line', async (hours, line) => {
    const result = await run('--file', await flatFile(ago(hours)), '--yes');
    expect({ code: result.code, out: result.out }).toEqual({ code: 2, out: '' });
    expect(result.errors).toMatch(line);
    expect(records()).toEqual([]);
  });

  test('looks at the file before AWS: what is wrong with it is said without a region and without credentials', async () => {
    const bad = join(folder, 'bad.csv');
    await writeFile(bad, 'ticker,volume\n');
    const [broken, early] = await Promise.all(
      [bad, await flatFile(ago(0))].map(file => operate('import', ['--env', 'dev', '--file', file])),
    );
    expect(broken).toMatchObject({ code: 2, errors: expect.stringContaining('bad.csv:1: ') });
    expect(early).toMatchObject({ code: 2, errors: expect.stringContaining('the block of the last minute') });
  });

  test('answers in one line for a file that is none, and names what it lacks', async () => {
    const missing = await run('--file', join(folder, 'none.csv'));
    expect({ code: missing.code, lines: missing.errors.split('\n').length }).toEqual({ code: 2, lines: 1 });
    expect(missing.errors).toContain('none.csv: cannot be read');
    expect((await run()).errors).toContain('which file? Give --file FILE');
    expect((await run('--file', 'x', '--from', 'noon')).errors).toContain("--from 'noon' is not an instant");
  });
});
