/** What makes channels and symbols unusable, each by itself: a channel that the market has not, a list of what are no tickers. */
import { type Market, markets } from '../../runtime/markets/names.ts';
import { type ChannelName, channelNames } from '../../runtime/vendor/channel-names.ts';
import { rowOf } from '../../runtime/vendor/channels/table.ts';
import { anyOf, fault, isObject, repeatFaults } from './fault.ts';
import { tickerFaults } from './ticker-faults.ts';

/** A task definition holds 64 KiB, variables and all. */
export const MOST_CHARACTERS = 50_000;
const SYMBOLS = "'*', a list of tickers, or one or the other by channel";

export function* channelFaults(path: string, got: unknown, market: Market): Generator<string> {
  const known: readonly string[] = markets.includes(market)
    ? channelNames.filter(name => hasChannel(market, name))
    : channelNames;
  if (!Array.isArray(got) || got.length === 0)
    return yield fault(path, got, `a list of channels: ${known.join(', ')}`);
  for (const name of got)
    if (!known.includes(name)) yield fault(path, name, `${anyOf(known)}, which ${market} have`);
  yield* repeatFaults(path, got);
}

function hasChannel(market: Market, name: ChannelName): boolean {
  try {
    return rowOf(market, name) !== undefined;
  } catch {
    return false;
  }
}

export function* symbolsFaults(path: string, got: unknown, market: Market): Generator<string> {
  if (!isObject(got)) return yield* listFaults(path, got, market, SYMBOLS);
  for (const [name, list] of Object.entries(got))
    yield* listFaults(`${path}.${name}`, list, market, "'*' or a list of tickers");
}

function* listFaults(path: string, got: unknown, market: Market, use: string): Generator<string> {
  if (got === '*') return;
  if (!Array.isArray(got) || got.length === 0) yield fault(path, got, use);
  else yield* tickerFaults(path, market, got, MOST_CHARACTERS, "which is what a task holds, or '*'");
}
