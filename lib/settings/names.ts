/** What the release, feeds and alarms are called: apart from the settings, so that who only names them does not load the CDK. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Feed } from './environment.ts';

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
);

/** Which Barflow this is, such as `Barflow 0.1.0`: part of what every stack says of itself, so that an operator sees what is deployed. */
export const release = `Barflow ${manifest.version}`;

/** The construct id of everything that belongs to a feed: `Stocks`, `Crypto`, `Futures`. */
export function feedId(feed: Pick<Feed, 'market'>): string {
  return feed.market.charAt(0).toUpperCase() + feed.market.slice(1);
}

/** The name of the alarm `id` of a feed, such as `barflow-dev-Stocks-FeedSilent`. */
export function alarmName(environment: string, feed: string, id: string): string {
  return `barflow-${environment}-${feed}-${id}`;
}

/** `FeedSilent` is explained in section `feed-silent`. */
export function runbookSection(id: string): string {
  return id.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
