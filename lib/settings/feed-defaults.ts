/** What holds of a feed where its settings say nothing. */
import { Duration } from 'aws-cdk-lib/core';
import { symbolOf } from '../../runtime/vendor/ticker-names.ts';
import type { Feed } from './environment.ts';
import { feedSettings } from './feed-settings.ts';
import { bringsMinutes, followedSymbols, speltSymbols } from './feed-symbols.ts';
import { feedName } from './names.ts';

/** A feed of which everything is known but where its list is kept, if it is kept elsewhere, and who ranks it. */
export type FeedWithDefaults = Required<Omit<Feed, 'symbolSource' | 'universe'>> &
  Pick<Feed, 'symbolSource' | 'universe'>;

/** The feed with every default filled in, also where a setting is there and says `undefined`, and with tickers as the feed spells them. */
export function withFeedDefaults(feed: Feed): FeedWithDefaults {
  const { market } = feed;
  const listed = bringsMinutes(feed) ? followedSymbols(feed) : [];
  const { reconcile = listed === '*' ? [] : listed.slice(0, 5) } = feed;
  const spelt = (ticker: string) => symbolOf(market, ticker);
  const said = Object.entries(feed).filter(([, value]) => value !== undefined);
  return {
    ...defaults(),
    ...Object.fromEntries(said),
    ...{ market, apiKeySecret: feed.apiKeySecret, name: feedName(feed) },
    symbols: speltSymbols(feed),
    reconcile: Array.isArray(reconcile) ? reconcile.map(spelt) : reconcile,
  };
}

/** The defaults of the table; spans of time as durations. */
function defaults(): FeedWithDefaults {
  return Object.fromEntries(
    Object.entries(feedSettings).map(([name, row]): unknown[] => [
      name,
      'unit' in row ? Duration.seconds(row.fallback) : row.fallback,
    ]),
  );
}
