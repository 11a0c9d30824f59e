/** What a sink is told of what it takes, where nothing that comes to it is so: other kinds, other symbols, no quotes, no conditions. */
import { patternsIn, symbolFits } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import { fault } from './fault.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { isByChannel, type Symbols } from './feed-symbols.ts';
import type { SinkKind, SinkSettings } from './sink-settings.ts';

/** The channels that Redis has keys for; all others take whatever is passed on. */
export const REDIS_TAKES: readonly ChannelName[] = ['minutes', 'trades', 'quotes', 'fmv'];

export function takes(kind: SinkKind, name: ChannelName): boolean {
  return kind === 'redis' ? REDIS_TAKES.includes(name) : name !== 'minutes';
}

export function* takingFaults(path: string, feed: FeedWithDefaults): Generator<string> {
  for (const [index, sink] of feed.sinks.entries()) {
    const coming = feed.channels.filter(name => takes(sink.kind, name));
    const at = `${path}.sinks[${index}]`;
    for (const pattern of sink.include ?? []) yield* patternFaults(`${at}.include`, pattern, feed, coming);
    yield* idleFaults(at, sink, feed, coming);
  }
}

function* patternFaults(
  path: string,
  pattern: string,
  feed: FeedWithDefaults,
  coming: readonly ChannelName[],
): Generator<string> {
  for (const { kind, symbols } of patternsIn(pattern)) {
    const name = coming.find(each => rowOf(feed.market, each).kind === kind);
    if (name === undefined) {
      const kinds = coming.map(each => rowOf(feed.market, each).kind).join(', ');
      yield fault(path, pattern, `kinds that come to it: ${kinds}`);
      continue;
    }
    const asked = symbolsOf(feed, name);
    // A list that is kept elsewhere nobody knows here.
    if (asked === '*' || feed.symbolSource || asked.some(symbol => symbolFits(symbol, symbols))) continue;
    yield fault(path, pattern, `symbols of ${name} that the feed asks for, such as '${kind}:${asked[0]}'`);
  }
}

/** What would change nothing. */
function* idleFaults(
  path: string,
  { sampleQuotes = 1, withoutConditions }: SinkSettings,
  { market }: FeedWithDefaults,
  coming: readonly ChannelName[],
): Generator<string> {
  if (sampleQuotes > 1 && !coming.includes('quotes'))
    yield `${path}.sampleQuotes is ${sampleQuotes}, and no quotes come to it: leave it out, or add 'quotes' to channels`;
  if (withoutConditions === undefined) return;
  if (!coming.includes('trades'))
    yield `${path}.withoutConditions leaves trades out, and none come to it: leave it out, or add 'trades' to channels`;
  else if (market === 'futures')
    yield `${path}.withoutConditions leaves trades out by their conditions, and those of futures have none: leave it out`;
}

/** Those that a channel asks for. */
export function symbolsOf({ symbols }: FeedWithDefaults, channel: ChannelName): Symbols {
  return isByChannel(symbols) ? (symbols[channel] ?? '*') : symbols;
}
