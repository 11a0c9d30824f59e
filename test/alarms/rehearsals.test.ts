/** What an operator can rehearse on a laptop: each fault raises the alarm that the runbook names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultThresholds } from '../../lib/settings/thresholds.ts';
import { faults, isFault } from '../../local/simulator/rehearsals.ts';
import { Rig } from './support/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ from: '2025-11-20T17:00:00Z' });
});

afterAll(async () => rig[Symbol.asyncDispose]());

test('a vendor that corrects every minute makes finished bars change, too many of them for an hour', async () => {
  const { revisedPercent } = defaultThresholds;
  await rig.minutes(2);
  rig.rehearse('corrections');
  for (let minute = 0; minute < 25 && (rig.valueOf('RevisedFinals') ?? 0) < revisedPercent; minute++)
    await rig.minutes(1);
  rig.recover('corrections');
  expect(rig.valueOf('RevisedFinals')).toBeGreaterThanOrEqual(revisedPercent);
});

test('a vendor that goes silent pages until its minutes are asked for over REST', async () => {
  rig.expects.watermarks = false;
  rig.rehearse('silent');
  await rig.untilRaised(6, 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
  rig.recover('silent');
  await rig.untilOver(9, 'FeedDown', 'NotConnected');
});

test.each(['down', 'refused-key', 'no-websocket', 'no-real-time', 'max-connections'] as const)(
  'a vendor whose socket cannot be had, %s, is a ticket until it can be had again',
  async fault => {
    rig.rehearse(fault);
    await rig.untilRaised(7, 'NotConnected');
    rig.recover(fault);
    // One that was refused waits minutes before it tries again; one that takes its place does not.
    await rig.replaceIngester();
    await rig.untilOver(9, 'NotConnected');
  },
);

describe('the list of rehearsals', () => {
  const pageOf = (file: string) => readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8');
  const [, section = ''] = pageOf('operating.md').split('\n## Rehearse\n');
  const rows = section
    .split('\n## ')[0]
    ?.match(/^\| `.*$/gm)
    ?.map(row => {
      const [, names = '', , raises = ''] = row.split('|');
      return { names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name), raises };
    });

  test('has a line for every fault, and for nothing else', () => {
    const named = new Set(rows?.flatMap(({ names }) => names));
    expect(faults.filter(fault => !named.has(fault))).toEqual([]);
    expect([...named].filter(name => !isFault(name))).toEqual([]);
  });

  test('names alarms by their sections, and what it promises was seen', () => {
    const sections = new Set(
      pageOf('runbook.md')
        .match(/^## .*$/gm)
        ?.map(line => line.slice(3)),
    );
    const scenarios = readdirSync(import.meta.dirname)
      .filter(file => file.endsWith('.test.ts'))
      .map(file => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join('\n');
    for (const { names, raises } of rows ?? []) {
      const alarms = [...raises.matchAll(/\*([^*]+)\*/g)].map(([, alarm = '']) => alarm);
      expect(alarms.filter(alarm => !sections.has(alarm))).toEqual([]);
      const isSeen = names.some(name => scenarios.includes(`'${name}'`));
      expect([names, alarms.length === 0 || isSeen]).toEqual([names, true]);
      for (const alarm of alarms) expect(scenarios).toContain(`'${idOf(alarm)}'`);
    }
  });
});

function idOf(section: string): string {
  return section.replace(/ ./g, letter => letter.trim().toUpperCase());
}
