/** No alarm without a scenario that raises it on the real stage, and no scenario for an alarm that is gone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Deployed } from '../../local/operate/deployed.ts';
import { whole } from '../lib/synthesized.ts';

test('every alarm is raised by a scenario, and every scenario is about an alarm', () => {
  const scenarios = readdirSync(import.meta.dirname)
    .filter(file => file.endsWith('.test.ts') && !file.startsWith('complete'))
    .map(file => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const calls = scenarios.match(/untilRaised\([^)]*\)/g) ?? [];
  const raised = new Set(calls.flatMap(call => [...call.matchAll(/'(\w+)'/g)].map(([, id]) => id)));
  // It judges hours by the clock: on the stage its measure goes beyond the threshold, its hours stand in a test of its own.
  expect(scenarios).toContain("expect(rig.valueOf('RevisedFinals')).toBeGreaterThanOrEqual(revisedPercent)");
  const declared = new Deployed('test', { test: whole }).alarms.map(name => name.split('-').at(-1));
  expect([...raised, 'RevisedFinals'].sort()).toEqual(declared.sort());
});
