/** What a feed is called in templates: apart from its settings, so that who only names it does not load the CDK. */
import type { Feed } from './environment.ts';

/** The construct id of everything that belongs to a feed: `Stocks`, `Crypto`, `Futures`. */
export function feedId(feed: Pick<Feed, 'market'>): string {
  return feed.market.charAt(0).toUpperCase() + feed.market.slice(1);
}
