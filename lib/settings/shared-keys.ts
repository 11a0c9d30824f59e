/** Feeds that would write the same keys of one Redis server, where what is read would be now of the one and now of the other. */
import { patternsIn } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import type { Symbols } from './feed-symbols.ts';
import { sinkOf } from './sink-settings.ts';
import { REDIS_TAKES, symbolsOf } from './taking-faults.ts';

/** @param feeds of one environment, none of which has a fault of its own */
export function* sharedKeyFaults(feeds: readonly FeedWithDefaults[]): Generator<string> {
  for (const [index, feed] of feeds.entries())
    for (const [before, other] of feeds.slice(0, index).entries()) {
      const shared = sharedKeys(feed, other);
      if (shared !== undefined)
        yield `feeds[${index}] writes ${shared} under the same keys of Redis as feeds[${before}], whose urlSecret is the same: give it a database of its own, or other channels or symbols`;
    }
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
