/** What feeds and alarms are called: apart from the settings, so that who only names them does not load the CDK. */
import type { Feed } from './environment.ts';

/** What tells a feed from others. */
export type FeedIdentity = Pick<Feed, 'market' | 'name'>;

/** The name of a feed: that of its market unless it has one of its own. */
export function feedName({ name, market }: FeedIdentity): string {
  return name ?? market;
}

/** The construct id of everything that belongs to a feed: `Stocks` of `stocks`, `StocksDelayed` of `stocks-delayed`. */
export function feedId(feed: FeedIdentity): string {
  return feedName(feed)
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** The construct id of the query API, which all feeds share. */
export const API = 'Api';

/** Construct ids that stacks have beside those of feeds, of which none may be one of them. */
export const takenIds: readonly string[] = [API, 'ApiQueries', 'Topics', 'Dashboard', 'Network'];

/** The name of an alarm, such as `barflow-dev-Stocks-FeedSilent`. @param owner construct id of the feed that it is about, or of the API */
export function alarmName(environment: string, owner: string, id: string): string {
  return `barflow-${environment}-${owner}-${id}`;
}

/** `FeedSilent` is explained in section `feed-silent`. */
export function runbookSection(id: string): string {
  return id.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
