/** What is said of settings that a file without types would allow. */
import type { Feed } from '../../../lib/settings/environment.ts';
import { refuseFaults } from '../../../lib/settings/environment-faults.ts';
import { least } from '../synthesized.ts';

/** A feed with what every feed must say. */
export const feed: Feed = { market: 'stocks', symbols: ['AAPL'], apiKeySecret: 'keys/vendor' };

/** What is said of an environment with these settings. */
export function faultsOf(settings: Readonly<Record<string, unknown>>, name = 'dev'): string[] {
  try {
    refuseFaults(name, Object.assign({}, least, settings));
    return [];
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map(line => line.trim());
  }
}

export const faultsOfFeed = (settings: Readonly<Record<string, unknown>>) =>
  faultsOf({ feeds: [{ ...feed, ...settings }] });
