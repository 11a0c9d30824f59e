/** Reads `--feeds LIST`: of which markets the feeds of a run are, how late, and with which channels. */
import { type Market, markets } from '../../runtime/markets/names.ts';
import { planDelay } from '../../runtime/vendor/address-names.ts';
import { type ChannelName, channelNames } from '../../runtime/vendor/channel-names.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import { UsageError } from '../command-line/option-values.ts';

export interface ChosenFeed {
  readonly name: string;
  readonly market: Market;
  /** Whether it is of the vendor's delayed host. */
  readonly isDelayed: boolean;
  readonly channels: readonly ChannelName[];
}

const FORM = /^([^@:]+)(@delayed)?(?::(.+))?$/;
const FORMS =
  'MARKET, MARKET@delayed, or either with channels as in stocks:minutes+fmv, with commas between feeds';

/** Whether it has minutes, of which none may be missing. */
export function hasMinutes({ channels }: ChosenFeed): boolean {
  return channels.includes('minutes');
}

/** How late its vendor is, ms of event time. */
export function delayOf({ isDelayed, market }: ChosenFeed): number {
  return isDelayed ? planDelay(market) : 0;
}

/** The feed of a market where nobody chooses more. */
export function plainFeed(market: Market): ChosenFeed {
  return { name: market, market, isDelayed: false, channels: ['minutes'] };
}

/** @param list feeds with their channels, `stocks:minutes+fmv,stocks@delayed:trades+quotes,crypto`. @throws UsageError */
export function chosenFeedsOf(list: string): [ChosenFeed, ...ChosenFeed[]] {
  const [first = '', ...others] = list.split(',');
  const feeds = [chosenFeedOf(first), ...others.map(chosenFeedOf)] as const;
  for (const [n, { name, market, isDelayed }] of feeds.entries())
    if (feeds.findIndex(other => other.name === name) < n)
      throw new UsageError(
        `--feeds '${list}' has ${market}${isDelayed ? '@delayed' : ''} twice: the vendor allows one connection to each host, so give its channels together, as in ${market}:minutes+trades`,
      );
  return [...feeds];
}

function chosenFeedOf(text: string): ChosenFeed {
  const [, name, delayed, channels] = FORM.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--feeds '${text}' is not understood: use ${FORMS}`);
  const market = markets.find(each => each === name);
  if (market === undefined)
    throw new UsageError(`--feeds '${text}' names no market: use one of ${markets.join(', ')}`);
  const plain = plainFeed(market);
  return {
    ...plain,
    ...(delayed && { name: `${market}-delayed`, isDelayed: true }),
    ...(channels !== undefined && { channels: channelsOf(text, market, channels.split('+')) }),
  };
}

function channelsOf(text: string, market: Market, names: readonly string[]): ChannelName[] {
  const known = channelNames.filter(name => channelTable[name][market]);
  return names.map((name, n) => {
    const channel = known.find(each => each === name);
    if (channel === undefined)
      throw new UsageError(
        `--feeds '${text}': ${market} have no channel '${name}': use some of ${known.join(', ')}, with + between them`,
      );
    if (names.indexOf(name) < n)
      throw new UsageError(`--feeds '${text}' has channel ${name} twice: give it once`);
    return channel;
  });
}
