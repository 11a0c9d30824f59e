/** Holds the list of what never changes to the code, and to what the last release had in it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fileIn, lastRelease, NO_RELEASE } from '../support/last-release.ts';
import { skippedAnywhere } from '../support/skipped.ts';
import { contracts } from './support/contracts.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 'docs/contracts.md';

type Lists = Readonly<Record<string, readonly string[]>>;

/** The lines of the list under each heading, sorted. */
function listsIn(text: string): Lists {
  const sections = [...text.matchAll(/\n## (.*)\n[^#]*?\n```text\n([\s\S]*?)\n```/g)];
  return Object.fromEntries(
    sections.map(([, heading = '', lines = '']) => [heading, lines.split('\n').sort()]),
  );
}

const listed = listsIn(readFileSync(join(ROOT, PAGE), 'utf8'));

test('the list is what the code has', async () => {
  const { 'Exit codes': _, ...others } = listed;
  const has = Object.entries(await contracts()).map(([heading, lines]) => [heading, lines.toSorted()]);
  expect(others).toEqual(Object.fromEntries(has));
});

test.each([
  ['node ingester.mjs', ['runtime/ingester/main.ts']],
  ['npm run stream', ['runtime/ingester/alone/main.ts']],
  ['npm start', ['local/cli/main.ts', '--nonsense']],
  ['npm run status', ['local/operate/status.ts', '--nonsense']],
])('%s ends with 2 when it is asked for what cannot be, as listed', (command, args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env: { PATH: process.env['PATH'] } });
  const lines = listed['Exit codes']?.filter(line => line.startsWith(`${command}: ${status} `));
  expect([status, lines]).toEqual([2, [expect.any(String)]]);
});

/** Lines of a release of which some word is in no line any more, by heading: what is added to a line changes nothing. */
function gone(before: Lists, now: Lists): readonly string[] {
  const stands = (line: string, among: readonly string[] = []) => {
    const words = line.split(' ');
    return among.some(other => words.every(word => other.split(' ').includes(word)));
  };
  return Object.entries(before).flatMap(([heading, lines]) =>
    lines.filter(line => !stands(line, now[heading])).map(line => `${heading}: ${line}`),
  );
}

test('a line that changes, or goes, and a list that goes are told; what is added is not', () => {
  const before = { Items: ['state: 34: body first'], Metrics: ['Bars', 'Dropped'], Outputs: ['Name'] };
  const more = { ...before, Items: ['state: 34: body expires first'], Metrics: ['Bars', 'Dropped', 'New'] };
  expect(gone(before, { ...more, Alarms: [] })).toEqual([]);
  expect(gone(before, { Items: ['state: 34: body'], Metrics: ['Bars', 'dropped'] })).toEqual([
    'Items: state: 34: body first',
    'Metrics: Dropped',
    'Outputs: Name',
  ]);
});

const release = lastRelease();
const then = release === undefined ? undefined : fileIn(release, PAGE);

if (then === undefined)
  test('nothing is compared with the last release, for there is none at hand', () => {
    skippedAnywhere(NO_RELEASE);
    expect(listed).not.toEqual({});
  });
else
  test(`everything that ${release} listed is still so`, () => {
    expect(gone(listsIn(then), listed)).toEqual([]);
  });
