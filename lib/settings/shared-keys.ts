/** Feeds that would write to one place, where what is read would be of the one and of the other: the same keys of a Redis server, the same folders of a bucket. */
import { patternsIn } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { passedOn, type Symbols } from './feed-symbols.ts';
import { sinkOf } from './sink-settings.ts';
import { REDIS_TAKES, symbolsOf } from './taking-faults.ts';

/** @param feeds of one environment, none of which has a fault of its own */
export function* sharedKeyFaults(feeds: readonly FeedWithDefaults[]): Generator<string> {
  for (const [index, feed] of feeds.entries())
    for (const [before, other] of feeds.slice(0, index).entries()) {
      const shared = sharedKeys(feed, other);
      if (shared !== undefined)
        yield `feeds[${index}] writes ${shared} under the same keys of Redis as feeds[${before}], whose urlSecret is the same: give it a database of its own, or other channels or symbols`;
      const kind = sharedFolder(feed, other);
      if (kind !== undefined)
        yield `feeds[${index}] writes ${kind} into the same folders as feeds[${before}], whose bucket and prefix are the same: give it a prefix of its own`;
    }
}

/** The vendor's kind of events that both write into a bucket, below one prefix. */
function sharedFolder(feed: FeedWithDefaults, other: FeedWithDefaults): string | undefined {
  const [sink, others] = [sinkOf(feed, 's3'), sinkOf(other, 's3')];
  if (sink?.bucket === undefined || sink.bucket !== others?.bucket || sink.prefix !== others.prefix)
    return undefined;
  const theirs = objectKinds(other);
  return objectKinds(feed).find(kind => theirs.includes(kind));
}

function objectKinds(feed: FeedWithDefaults): readonly string[] {
  const kinds = passedOn(feed).map(name => rowOf(feed.market, name).kind);
  const { include } = sinkOf(feed, 's3') ?? {};
  const wanted = include?.flatMap(patternsIn).map(({ kind }) => kind) ?? kinds;
  return kinds.filter(kind => wanted.includes(kind));
}

/** What both write, in words. A list that is kept elsewhere nobody knows here. */
function sharedKeys(feed: FeedWithDefaults, other: FeedWithDefaults): string | undefined {
  const [sink, others] = [sinkOf(feed, 'redis'), sinkOf(other, 'redis')];
  if (feed.market !== other.market || !sink || sink.urlSecret !== others?.urlSecret) return undefined;
  if (feed.symbolSource ?? other.symbolSource) return undefined;
  for (const channel of REDIS_TAKES.filter(name => isWritten(feed, name) && isWritten(other, name))) {
    const symbol = firstInBoth(symbolsOf(feed, channel), symbolsOf(other, channel));
    if (symbol !== undefined) return `${channel} of ${symbol}`;
  }
  return undefined;
}

function isWritten(feed: FeedWithDefaults, channel: ChannelName): boolean {
  if (!feed.channels.includes(channel)) return false;
  const { kind } = rowOf(feed.market, channel);
  const { include } = sinkOf(feed, 'redis') ?? {};
  return include?.flatMap(patternsIn).some(pattern => pattern.kind === kind) ?? true;
}

function firstInBoth(some: Symbols, others: Symbols): string | undefined {
  if (some === '*') return others === '*' ? 'all symbols' : others[0];
  return some.find(symbol => others === '*' || others.includes(symbol));
}
