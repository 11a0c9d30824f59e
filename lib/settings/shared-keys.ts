/** Feeds that would write to one place, where what is read would be of the one and of the other: the same keys of a Redis server, the same folders of a bucket. */
import { patternsIn, symbolFits } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { type SinkKind, sinkOf } from './sink-settings.ts';
import { symbolsOf, takes } from './taking-faults.ts';

/** @param feeds of one environment, none of which has a fault of its own */
export function* sharedKeyFaults(feeds: readonly FeedWithDefaults[]): Generator<string> {
  for (const [index, feed] of feeds.entries())
    for (const [before, other] of feeds.slice(0, index).entries()) {
      const keys = shareServer(feed, other) ? writtenByBoth('redis', feed, other) : undefined;
      if (keys !== undefined)
        yield `feeds[${index}] writes ${keys} under the same keys of Redis as feeds[${before}], whose urlSecret is the same: give it a database of its own, or other channels or symbols`;
      const lines = shareFolders(feed, other) ? writtenByBoth('s3', feed, other) : undefined;
      if (lines !== undefined)
        yield `feeds[${index}] writes ${lines} into the same folders as feeds[${before}], whose bucket and prefix are the same: give it a prefix of its own, or other channels or symbols`;
    }
}

/** Keys of Redis carry the market. */
function shareServer(feed: FeedWithDefaults, other: FeedWithDefaults): boolean {
  const [sink, others] = [sinkOf(feed, 'redis'), sinkOf(other, 'redis')];
  return feed.market === other.market && sink !== undefined && sink.urlSecret === others?.urlSecret;
}

/** Folders have the vendor's kind of event, which several markets have. */
function shareFolders(feed: FeedWithDefaults, other: FeedWithDefaults): boolean {
  const [sink, others] = [sinkOf(feed, 's3'), sinkOf(other, 's3')];
  return sink?.bucket !== undefined && sink.bucket === others?.bucket && sink.prefix === others.prefix;
}

/** In words. A list that is kept elsewhere nobody knows here. */
function writtenByBoth(sink: SinkKind, feed: FeedWithDefaults, other: FeedWithDefaults): string | undefined {
  if (feed.symbolSource ?? other.symbolSource) return undefined;
  const theirs = writtenTo(sink, other);
  for (const { channel, kind, symbols } of writtenTo(sink, feed)) {
    const both = firstInBoth(
      symbols,
      theirs.flatMap(each => (each.kind === kind ? each.symbols : [])),
    );
    if (both !== undefined) return `${channel} of ${both === '*' ? 'all symbols' : both}`;
  }
  return undefined;
}

/** By channel, the vendor's kind and the symbols, or patterns of such. */
function writtenTo(sink: SinkKind, feed: FeedWithDefaults) {
  const include = sinkOf(feed, sink)?.include?.flatMap(patternsIn);
  return feed.channels.flatMap(channel => {
    if (!takes(sink, channel)) return [];
    const { kind } = rowOf(feed.market, channel);
    const wanted = include?.flatMap(each => (each.kind === kind ? each.symbols : [])) ?? ['*'];
    const all = symbolsOf(feed, channel);
    const symbols =
      all === '*' ? wanted : all.filter(symbol => wanted.some(pattern => symbolFits(symbol, pattern)));
    return [{ channel, kind, symbols }];
  });
}

/** A pattern fits another where all that it stands for does. */
function firstInBoth(some: readonly string[], others: readonly string[]): string | undefined {
  const fits = (patterns: readonly string[]) => (each: string) =>
    patterns.some(pattern => symbolFits(each, pattern));
  return some.find(fits(others)) ?? others.find(fits(some));
}
