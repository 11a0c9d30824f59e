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

export const events = { kind: 'events' };
export const redis = { kind: 'redis', urlSecret: 'redis/url' };
/** What a feed says that passes trades on. */
export const taking = { channels: ['minutes', 'trades'], sinks: [events] };

/** The same to another sink. */
export const withSink = (sink: object) => ({ ...taking, sinks: [sink] });
export const sinkFault = (what: string) => `feeds[0].sinks[0]${what}`;

export const contracts = (count: number) =>
  Array.from({ length: count }, (_, n) => `O:SPY2512${10 + (n % 20)}C00${100_000 + n}`);

/** Each of four letters. */
export function tickers(count: number): string[] {
  const letter = (n: number) => String.fromCharCode(65 + (Math.floor(n) % 26));
  return Array.from({ length: count }, (_, n) => `A${letter(n / 676)}${letter(n / 26)}${letter(n)}`);
}
