/** What does not go together in a feed: channels without a sink, sinks without a channel, more symbols than the vendor gives of one. */
import { patternsIn } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import type { Feed } from './environment.ts';
import { fault, unknownFaults } from './fault.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { bringsMinutes, isByChannel, passedOn, type Symbols } from './feed-symbols.ts';
import { type SinkKind, sinkOf } from './sink-settings.ts';
import { universeClashes } from './universe-faults.ts';

/** Of a feed whose settings can be used each by itself. @param said the feed without defaults */
export function* togetherFaults(path: string, feed: FeedWithDefaults, said: Feed): Generator<string> {
  yield* ownListFaults(path, feed);
  yield* limitFaults(path, feed);
  yield* goneFaults(path, feed);
  yield* kindFaults(path, feed);
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
function* limitFaults(path: string, { market, channels, symbols }: FeedWithDefaults): Generator<string> {
  for (const name of channels) {
    const { limit } = rowOf(market, name);
    const asked: Symbols | undefined = isByChannel(symbols) ? symbols[name] : symbols;
    if (limit === undefined || asked === undefined) continue;
    const count = asked === '*' ? 'all' : asked.length;
    if (count !== 'all' && count <= limit) continue;
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

/** The channels that Redis has keys for; all others take whatever is passed on. */
export const REDIS_TAKES: readonly ChannelName[] = ['minutes', 'trades', 'quotes', 'fmv'];

function takes(kind: SinkKind, name: ChannelName): boolean {
  return kind === 'redis' ? REDIS_TAKES.includes(name) : name !== 'minutes';
}

/** Patterns of kinds that the feed does not bring. */
function* kindFaults(path: string, { market, channels, sinks }: FeedWithDefaults): Generator<string> {
  for (const [index, { kind, include = [] }] of sinks.entries()) {
    const known = channels.filter(name => takes(kind, name)).map(name => rowOf(market, name).kind);
    for (const pattern of include)
      if (!patternsIn(pattern).every(each => known.includes(each.kind)))
        yield fault(`${path}.sinks[${index}].include`, pattern, `kinds that come to it: ${known.join(', ')}`);
  }
}

/** Settings of what is made of minutes. */
const OF_MINUTES = [
  ...(['alignment', 'watermarkGrace', 'backfillOnStart', 'provisionalBars', 'store', 'shards'] as const),
  ...(['batchingWindow', 'expedited', 'reconcile', 'archive', 'latest'] as const),
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
