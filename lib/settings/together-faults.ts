/** What does not go together in a feed: channels without a sink, sinks without a channel, more symbols than the vendor gives of one. */
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import { MOST_CHARACTERS } from './channel-faults.ts';
import type { Feed } from './environment.ts';
import { fault, unknownFaults } from './fault.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { bringsMinutes, followedSymbols, isByChannel, ownTopics, passedOn } from './feed-symbols.ts';
import { sinkOf } from './sink-settings.ts';
import { symbolsOf, takes, takingFaults } from './taking-faults.ts';
import { universeClashes } from './universe-faults.ts';

/** Of a feed whose settings can be used each by itself. @param said the feed without defaults */
export function* togetherFaults(path: string, feed: FeedWithDefaults, said: Feed): Generator<string> {
  yield* ownListFaults(path, feed);
  yield* limitFaults(path, feed);
  yield* goneFaults(path, feed);
  yield* takingFaults(path, feed);
  yield* tooLongFaults(path, feed);
  yield* secretFaults(path, feed);
  yield* universeClashes(path, feed);
  if (!bringsMinutes(feed)) yield* minutesOnlyFaults(path, said);
  const redis = sinkOf(feed, 'redis');
  if (feed.symbolSource && 'redisStream' in feed.symbolSource && !redis)
    yield `${path}.symbolSource is a stream of Redis, and no sink says which server: add { kind: 'redis', urlSecret } to its sinks`;
  if (feed.latest && !redis)
    yield `${path}.latest writes bars to Redis, and no sink says which server: add { kind: 'redis', urlSecret } to its sinks`;
}

/** Lists by channel are those of all its channels and of no others, and stay as they are. */
function* ownListFaults(
  path: string,
  { symbols, symbolSource, channels }: FeedWithDefaults,
): Generator<string> {
  if (!isByChannel(symbols)) return;
  yield* unknownFaults(`${path}.symbols`, symbols, channels);
  for (const name of channels)
    if (!Object.hasOwn(symbols, name))
      yield fault(
        `${path}.symbols.${name}`,
        undefined,
        "'*' or a list of tickers, as for every channel of the feed",
      );
  if (symbolSource !== undefined)
    yield `${path}.symbolSource takes the place of one list, and symbols has one for each channel: use one list, or no symbolSource`;
}

/** What the vendor refuses to one connection. */
function* limitFaults(path: string, feed: FeedWithDefaults): Generator<string> {
  const { market, channels } = feed;
  for (const name of channels) {
    const { limit } = rowOf(market, name);
    if (limit === undefined) continue;
    const asked = symbolsOf(feed, name);
    const count = asked === '*' ? 'all' : asked.length;
    if (count === 'all' || count > limit)
      yield `${path}.symbols asks for ${name} of ${count} ${market}: the vendor sends them of at most ${limit} to one connection: name those, with a list for each channel: { ${name}: [...] }`;
  }
}

/** Events that no sink takes, and sinks that nothing comes to. */
function* goneFaults(path: string, feed: FeedWithDefaults): Generator<string> {
  const { sinks } = feed;
  const events = passedOn(feed);
  const untaken = events.filter(name => !sinks.some(({ kind }) => takes(kind, name)));
  if (untaken.length > 0)
    yield `${path}.channels has ${untaken.join(', ')}, which no sink takes: add one, such as { kind: 'events' }, to its sinks`;
  for (const [index, { kind }] of sinks.entries())
    if (!feed.channels.some(name => takes(kind, name)))
      yield `${path}.sinks[${index}] is '${kind}', and nothing comes to it: add to channels what it takes, such as 'trades', or leave it out`;
}

/** What the task is told of symbols: lists that are all alike once, others as topics. */
function* tooLongFaults(path: string, feed: FeedWithDefaults): Generator<string> {
  const patterns = feed.sinks.flatMap(({ include = [] }) => include);
  const { length } = [followedSymbols(feed), ...ownTopics(feed), ...patterns].join(',');
  if (length > MOST_CHARACTERS)
    yield `${path}.symbols and what sinks include take ${length} characters together, as the task is told them: use at most ${MOST_CHARACTERS}, which is what it holds, or '*'`;
}

/** Secrets that hold different things have different names. */
function* secretFaults(path: string, { apiKeySecret, sinks }: FeedWithDefaults): Generator<string> {
  const redis = sinkOf({ sinks }, 'redis');
  if (redis === undefined) return;
  const at = `${path}.sinks[${sinks.indexOf(redis)}]`;
  if (redis.urlSecret === apiKeySecret)
    yield `${at}.urlSecret is '${apiKeySecret}', whose value is the vendor's key: name the secret with the server's address`;
  for (const [name, holds] of [
    [apiKeySecret, "the vendor's key"],
    [redis.urlSecret, "the server's address"],
  ])
    if (redis.tokenSecret === name)
      yield `${at}.tokenSecret is '${name}', whose value is ${holds}: name the secret with the server's token`;
}

/** Settings of what is made of minutes. */
const OF_MINUTES = [
  ...(['alignment', 'watermarkGrace', 'backfillOnStart', 'provisionalBars', 'store', 'shards'] as const),
  ...(['batchingWindow', 'expedited', 'reconcile', 'archive', 'latest', 'universe'] as const),
];

function* minutesOnlyFaults(path: string, said: Feed): Generator<string> {
  for (const name of OF_MINUTES)
    if (said[name] !== undefined)
      yield `${path}.${name} is for minutes, which are not among its channels: leave it out, or add 'minutes' to channels`;
  if (said.schedule === 'sessions' || said.spot === true)
    yield `${path}.${said.spot ? 'spot' : 'schedule'} needs the monitor, which looks after feeds with minutes alone: leave it out, or add 'minutes' to channels`;
  if (
    said.readers !== undefined &&
    said.readers.length > 0 &&
    !said.sinks?.some(({ kind }) => kind === 'events')
  )
    yield `${path}.readers have nothing to read: add 'minutes' to channels, or { kind: 'events' } to its sinks`;
}
