/** Which of several feeds is meant: the only one, or that with the name. */
import type { Feed } from '../../lib/settings/environment.ts';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { feedName } from '../../lib/settings/names.ts';
import { OperatorError } from './operator-error.ts';

/**
 * @param name as it was given; undefined for the only one
 * @param whose they are, such as `environment 'dev'`
 * @throws OperatorError when there is no such feed, or a choice of several
 */
export function askedFeed<Feed>(
  feeds: readonly Feed[],
  nameOf: (feed: Feed) => string,
  name: string | undefined,
  whose: string,
): Feed {
  const [only] = feeds;
  const feed = name === undefined && feeds.length === 1 ? only : feeds.find(each => nameOf(each) === name);
  if (feed !== undefined) return feed;
  const got = name === undefined ? 'several feeds' : `no feed '${name}'`;
  throw new OperatorError(`${whose} has ${got}: name one with --feed, of ${feeds.map(nameOf).join(', ')}`);
}

/** What tells a feed from others, and what it has. */
export type NamedFeed = Pick<Feed, 'market' | 'name' | 'channels'>;

/** What not every feed has. */
export interface Trait<Feed> {
  readonly nameOf: (feed: Feed) => string;
  readonly has: (feed: Feed) => boolean;
  /** What is said of one that has it not. */
  readonly lacks: string;
}

export const LACKS = {
  minutes: 'has no minutes, and nothing that is made of them',
  events: "has no stream of events: a sink { kind: 'events' } makes one",
} as const;

/** The same among those that have it. @throws OperatorError likewise, and for one that has it not */
export function askedFeedWith<Feed>(
  feeds: readonly Feed[],
  { nameOf, has, lacks }: Trait<Feed>,
  name: string | undefined,
  whose: string,
): Feed {
  const having = feeds.filter(has);
  if (feeds.some(feed => nameOf(feed) === name && !having.includes(feed)) || having.length === 0)
    throw new OperatorError(`feed ${name ?? feeds.map(nameOf).join(', ')} of ${whose} ${lacks}`);
  return askedFeed(having, nameOf, name, whose);
}

/** The same for what is about minutes and bars. @throws OperatorError likewise */
export function askedMinutesFeed<Named extends NamedFeed>(
  feeds: readonly Named[],
  name: string | undefined,
  whose: string,
): Named {
  const minutes = { nameOf: feedName, has: bringsMinutes, lacks: LACKS.minutes };
  return askedFeedWith(feeds, minutes, name, whose);
}
