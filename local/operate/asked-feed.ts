/** Which of several feeds is meant: the only one, or that with the name. */
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
