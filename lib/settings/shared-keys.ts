/** Feeds that would write to one place, where what is read would be of the one and of the other: the same keys of a Redis server, the same folders of a bucket. */
import { patternsIn, symbolFits } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { passedOn } from './feed-symbols.ts';
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
  for (const channel of REDIS_TAKES) {
    const symbols = firstInBoth(writtenBy(feed, channel), writtenBy(other, channel));
    if (symbols !== undefined) return `${channel} of ${symbols === '*' ? 'all symbols' : symbols}`;
  }
  return undefined;
}

/** Symbols, or patterns of such. */
function writtenBy(feed: FeedWithDefaults, channel: ChannelName): readonly string[] {
  if (!feed.channels.includes(channel)) return [];
  const { kind } = rowOf(feed.market, channel);
  const own = sinkOf(feed, 'redis')?.include?.flatMap(patternsIn) ?? [{ kind, symbols: '*' }];
  const wanted = own.flatMap(pattern => (pattern.kind === kind ? pattern.symbols : []));
  const all = symbolsOf(feed, channel);
  if (all === '*') return wanted;
  return all.filter(symbol => wanted.some(pattern => symbolFits(symbol, pattern)));
}

/** A pattern fits another where all that it stands for does. */
function firstInBoth(some: readonly string[], others: readonly string[]): string | undefined {
  const fits = (patterns: readonly string[]) => (each: string) =>
    patterns.some(pattern => symbolFits(each, pattern));
  return some.find(fits(others)) ?? others.find(fits(some));
}
