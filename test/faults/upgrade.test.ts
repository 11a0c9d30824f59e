/** Releases that take turns within a session: the last one, what is at hand, and the last one again. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { kept } from '../support/command.ts';
import { Folder } from '../support/folder.ts';
import { lastRelease, NO_RELEASE } from '../support/last-release.ts';
import { skippedAnywhere } from '../support/skipped.ts';
import { assemblyOf, Session } from './support/releases.ts';

const folder = new Folder();
let today: CloudAssembly;
let before: CloudAssembly;

beforeAll(() => {
  const release = lastRelease();
  today = assemblyOf(folder);
  before = release === undefined ? today : assemblyOf(folder, release);
  if (release === undefined) skippedAnywhere(`${NO_RELEASE}: what is at hand takes turns with itself`);
});

afterAll(() => folder[Symbol.dispose]());

test('a release deployed over the last one, and that over it again, loses no minute and changes no bar', async () => {
  await using alone = await Session.start(today);
  await alone.pass(61);
  await using session = await Session.start(before);
  await session.pass(22);
  await session.deploy(today);
  await session.pass(21);
  await session.deploy(before);
  await session.pass(18);
  expect([session.uncovered, session.epochs]).toEqual([0, [1, 2, 3]]);
  expect(fallen([...session.minutes, ...session.bars])).toEqual([]);
  // What was corrected came with a higher version: backwards it falls.
  expect(fallen(session.bars.toReversed())).not.toEqual([]);
  const [is, wanted] = [keptOf(session), keptOf(alone)];
  expect(is.map((text, at) => shared(text, wanted[at]))).toEqual(
    wanted.map((text, at) => shared(text, is[at])),
  );
});

/** What consumers keep of minutes and bars, in the order of their identities. */
function keptOf({ minutes, bars }: Session): readonly string[] {
  return kept([...minutes, ...bars].filter(text => text.startsWith('{"type":"bar"')));
}

/** The text, byte for byte: but for fields that the other has not, which a release may add. */
function shared(text: string, other = '{}'): string {
  const [own, others] = [text, other].map(each => Object.entries(JSON.parse(each)));
  const known = new Set(others?.map(([field]) => field));
  const common = own?.filter(([field]) => known.has(field)) ?? [];
  return common.length === own?.length ? text : JSON.stringify(Object.fromEntries(common));
}

/** Bars that came after one of theirs with a higher version. */
function fallen(records: readonly string[]): readonly string[] {
  const highest = new Map<string, number>();
  return records.filter(text => {
    const { type, symbol, timeframe, start, version } = JSON.parse(text);
    const identity = `${symbol} ${timeframe} ${start}`;
    const known = highest.get(identity) ?? 0;
    if (type === 'bar') highest.set(identity, Math.max(known, version));
    return type === 'bar' && version < known;
  });
}
