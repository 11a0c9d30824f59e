/** Whose batches a redrive of an environment in AWS takes: those of every function that the feed has behind its streams. */
import { expect, test } from '@jest/globals';
import type { Feed } from '../../../lib/settings/environment.ts';
import { cloudRedrive } from '../../../local/operate/cloud-redrive.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { least, whole } from '../../lib/synthesized.ts';

/** An environment that is nowhere: it hears what it would be asked for. */
class Undeployed extends Deployed {
  asked: readonly string[] = [];

  override async physicalNames(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.asked = paths;
    throw new Error('it is nowhere');
  }
}

test.each([
  ['one that keeps its bars', least, ['Rollup', 'BarStore']],
  ['one that keeps the latest in Redis, too', whole, ['Rollup', 'BarStore', 'Latest']],
  [
    'one that keeps none',
    { ...least, feeds: least.feeds.map((feed): Feed => ({ ...feed, store: false })) },
    ['Rollup'],
  ],
])('of %s', async (_, environment, units) => {
  const deployed = new Undeployed('test', { test: environment });
  const redrive = cloudRedrive(deployed, { what: 'failures', act: false, say: () => undefined });
  await expect(redrive).rejects.toThrow('it is nowhere');
  const functions = deployed.asked.filter(path => path.endsWith('/Function'));
  expect(functions.map(path => path.split('/').at(-2))).toEqual(units);
});
