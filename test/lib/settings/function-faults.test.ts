/** Functions whose variables AWS would not take are found before anything is deployed. */
import { expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../../lib/barflow-stage.ts';
import type { Feed } from '../../../lib/settings/environment.ts';
import { EnvironmentRefused } from '../../../lib/settings/environment-faults.ts';
import { least } from '../synthesized.ts';

/** Fridays that close early. */
const early = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      new Date(Date.UTC(2027, 0, 1 + 7 * n)).toISOString().slice(0, 10),
      '13:00',
    ]),
  );
const tickers = (count: number) => Array.from({ length: count }, (_, n) => `S${`${n}`.padStart(4, '0')}`);

/** What is said of an environment with such a feed. */
function faultsOf(feed: Partial<Feed>): string[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const whole: Feed = { market: 'stocks', symbols: '*', apiKeySecret: 'keys/vendor', ...feed };
  try {
    new BarflowStage(app, 'test', { ...least, feeds: [whole] });
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentRefused)) throw error;
    return error.message.split('\n').slice(1);
  }
}

const TOO_FULL =
  / takes \d+ bytes of the variables of \w+\/Stocks\/[\w/]+, which are \d+ in all: shorten it, for AWS takes 4096$/;

test('special days without end are refused in one line that names the setting and the fullest function', () => {
  const faults = faultsOf({ specialDays: early(300) });
  expect(faults).toEqual([expect.stringMatching(TOO_FULL)]);
  expect(faults[0]).toMatch(/^ {2}specialDays .* of Pipeline\/Stocks\/Rollup,/);
});

test('so are settings that are too long together, by the longest', () => {
  const reconcile = tickers(333);
  expect(faultsOf({ reconcile })).toEqual([]);
  expect(faultsOf({ specialDays: early(75) })).toEqual([]);
  const faults = faultsOf({ reconcile, specialDays: early(75) });
  expect(faults).toEqual([expect.stringMatching(TOO_FULL)]);
  expect(faults[0]).toMatch(/^ {2}reconcile .* of Monitoring\/Stocks\/Daily\/Reconcile,/);
});
