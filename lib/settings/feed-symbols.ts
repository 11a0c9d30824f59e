/** Which symbols each channel of a feed asks for: one list for all of them, or some with a list of their own. */
import type { Market } from '../../runtime/markets/names.ts';
import { slotsOf } from '../../runtime/records/slot-list.ts';
import { type ChannelName, channelNames } from '../../runtime/vendor/channel-names.ts';
import { rowOf, topicOf } from '../../runtime/vendor/channels/table.ts';
import { symbolOf } from '../../runtime/vendor/ticker-names.ts';
import { isObject } from './fault.ts';

/** Everything that the market trades, or some of it. */
export type Symbols = '*' | readonly string[];
/** A list of its own for each channel. */
export type ByChannel = { readonly [Name in ChannelName]?: Symbols };

/** The channels of a feed, where they are said. */
interface Bringing {
  readonly channels?: readonly ChannelName[];
}

/** What a feed says of what it asks for. */
interface Asked extends Bringing {
  readonly market: Market;
  readonly symbols: Symbols | ByChannel;
}

/** The channels of a feed. */
export function channelsOf({ channels = ['minutes'] }: Bringing): readonly ChannelName[] {
  return channels;
}

/** Whether the feed promises minutes: without them it has no streams, bars and whatever is made of them. */
export function bringsMinutes(feed: Bringing): boolean {
  return channelsOf(feed).includes('minutes');
}

/** The channels whose events are passed on to sinks. */
export function passedOn(feed: Bringing): readonly ChannelName[] {
  return channelsOf(feed).filter(name => name !== 'minutes');
}

/** The symbols that its channels follow which have no list of their own: those of minutes, where it has them. */
export function followedSymbols(feed: Asked): Symbols {
  const { symbols } = feed;
  if (!isByChannel(symbols)) return symbols;
  const [first = 'minutes'] = channelsOf(feed);
  return symbols[bringsMinutes(feed) ? 'minutes' : first] ?? '*';
}

/** The slots of those symbols, as units are told: `*` or numbers with commas between. */
export function slotsText(feed: Asked): string {
  const symbols = followedSymbols(feed);
  return symbols === '*' ? '*' : slotsOf(symbols).join(',');
}

/** The channels that follow these symbols, in the order of the vendor's table. */
export function followers(feed: Asked): readonly ChannelName[] {
  const channels = channelsOf(feed);
  const shared = `${followedSymbols(feed)}`;
  return channelNames.filter(
    name => channels.includes(name) && (!isByChannel(feed.symbols) || `${feed.symbols[name]}` === shared),
  );
}

/** Topics of the channels that have a list of their own, such as `T.AAPL`. */
export function ownTopics(feed: Asked): readonly string[] {
  const { market, symbols } = feed;
  if (!isByChannel(symbols)) return [];
  const follow = followers(feed);
  return channelsOf(feed)
    .filter(name => !follow.includes(name))
    .flatMap(name => {
      const asked = symbols[name] ?? '*';
      return (asked === '*' ? ['*'] : asked).map(symbol => topicOf(rowOf(market, name), symbol));
    });
}

/** The same with tickers as the feed spells them. */
export function speltSymbols({ market, symbols }: Asked): Symbols | ByChannel {
  const spelt = (asked: Symbols): Symbols =>
    Array.isArray(asked) ? asked.map(ticker => symbolOf(market, ticker)) : '*';
  if (!isByChannel(symbols)) return spelt(symbols);
  return Object.fromEntries(Object.entries(symbols).map(([name, asked]) => [name, spelt(asked)]));
}

export function isByChannel(symbols: unknown): symbols is ByChannel {
  return isObject(symbols);
}
