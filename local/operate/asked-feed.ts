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

/** What tells a feed from others, and whether it has minutes. */
export type NamedFeed = Pick<Feed, 'market' | 'name' | 'channels'>;

/** The same for what is about minutes and bars, which not every feed has. @throws OperatorError likewise, and for one without */
export function askedMinutesFeed<Named extends NamedFeed>(
  feeds: readonly Named[],
  name: string | undefined,
  whose: string,
): Named {
  const having = feeds.filter(bringsMinutes);
  if (feeds.some(feed => feedName(feed) === name && !having.includes(feed)) || having.length === 0)
    throw new OperatorError(
      `feed ${name ?? feeds.map(feedName).join(', ')} of ${whose} has no minutes, and nothing that is made of them`,
    );
  return askedFeed(having, feedName, name, whose);
}
