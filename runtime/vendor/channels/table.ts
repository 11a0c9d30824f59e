/** How the vendor speaks of each channel in each market: one row a market and channel, and the form of all topics. To add a channel, add its row. */
import type { Market } from '../../markets/names.ts';
import { type ChannelName, channelNames } from '../channel-names.ts';

export interface ChannelRow {
  /** What its topics begin with, and the kind (`ev`) of its events. A topic is acknowledged as it was asked for. */
  readonly kind: string;
  /** The field with the symbol. */
  readonly symbol: 'sym' | 'pair' | 'T' | 'p';
  /** The field with the time: of aggregates, the start. */
  readonly time: 's' | 't';
  /** What the time counts: `either` is told by its length, for the vendor's examples and its words disagree. */
  readonly unit: 'ms' | 'ns' | 'either';
  /** Symbols that one connection may ask for. @default any number, and `*` */
  readonly limit?: number;
}

export interface MinutesRow extends ChannelRow {
  /** Whether fields with exact volumes as decimal text are taken instead of the truncated ones, where present. */
  readonly exactVolume: boolean;
}

const ticker = { symbol: 'sym', time: 't', unit: 'ms' } as const;
const pair = { symbol: 'pair', time: 't', unit: 'ms' } as const;
const tickerBar = { symbol: 'sym', time: 's', unit: 'ms' } as const;
const pairBar = { symbol: 'pair', time: 's', unit: 'ms' } as const;
const auction = { symbol: 'T', time: 't', unit: 'ns' } as const;
const fairValue: ChannelRow = { kind: 'FMV', symbol: 'sym', time: 't', unit: 'either' };
/** Contracts whose quotes, or fair values, one connection may ask for. */
const CONTRACTS = 1_000;

const minutes: Readonly<Record<Market, MinutesRow>> = {
  stocks: { kind: 'AM', ...tickerBar, exactVolume: true },
  options: { kind: 'AM', ...tickerBar, exactVolume: true },
  futures: { kind: 'AM', ...tickerBar, exactVolume: false },
  crypto: { kind: 'XA', ...pairBar, exactVolume: false },
  forex: { kind: 'CA', ...pairBar, exactVolume: false },
  indices: { kind: 'AM', ...tickerBar, exactVolume: false },
};

type Rows = Readonly<Partial<Record<Market, ChannelRow>>>;

/** By channel; a channel need not have a row in every market. */
export const channelTable: Readonly<Record<ChannelName, Rows>> & { readonly minutes: typeof minutes } = {
  minutes,
  seconds: {
    stocks: { kind: 'A', ...tickerBar },
    options: { kind: 'A', ...tickerBar },
    futures: { kind: 'A', ...tickerBar },
    crypto: { kind: 'XAS', ...pairBar },
    forex: { kind: 'CAS', ...pairBar },
    indices: { kind: 'A', ...tickerBar },
  },
  trades: {
    stocks: { kind: 'T', ...ticker },
    options: { kind: 'T', ...ticker },
    futures: { kind: 'T', ...ticker },
    crypto: { kind: 'XT', ...pair },
  },
  quotes: {
    stocks: { kind: 'Q', ...ticker },
    options: { kind: 'Q', ...ticker, limit: CONTRACTS },
    futures: { kind: 'Q', ...ticker },
    crypto: { kind: 'XQ', ...pair },
    forex: { kind: 'C', symbol: 'p', time: 't', unit: 'ms' },
  },
  fmv: {
    stocks: fairValue,
    options: { ...fairValue, limit: CONTRACTS },
    crypto: fairValue,
    forex: fairValue,
  },
  values: { indices: { kind: 'V', symbol: 'T', time: 't', unit: 'ms' } },
  luld: { stocks: { kind: 'LULD', ...auction } },
  imbalances: { stocks: { kind: 'NOI', ...auction } },
  books: { crypto: { kind: 'XL2', ...pair } },
};

/** @throws RangeError that names the channels that the market has */
export function rowOf(market: Market, channel: ChannelName): ChannelRow {
  const row = channelTable[channel][market];
  if (row) return row;
  const names = channelNames.filter(name => channelTable[name][market]);
  throw new RangeError(`${market} have no channel '${channel}': use one of ${names.join(', ')}`);
}

/** A kind of events that is passed on as it comes. */
export interface PassedOnRow extends ChannelRow {
  /** What counts it by itself, if anything does. */
  readonly counts?: 'trades' | 'quotes';
}

type PassedOnRows = readonly [PassedOnRow, ...PassedOnRow[]];

/** What each market can pass on; its minutes come first. */
export const passedOnRows: Readonly<Record<Market, PassedOnRows>> = {
  stocks: rowsOf('stocks'),
  options: rowsOf('options'),
  futures: rowsOf('futures'),
  crypto: rowsOf('crypto'),
  forex: rowsOf('forex'),
  indices: rowsOf('indices'),
};

/** @throws RangeError for a channel that the market does not have */
export function passedOnRow(market: Market, channel: ChannelName): PassedOnRow {
  const row = rowOf(market, channel);
  return channel === 'trades' || channel === 'quotes' ? { ...row, counts: channel } : row;
}

function rowsOf(market: Market): PassedOnRows {
  const others = channelNames.filter(name => name !== 'minutes' && channelTable[name][market]);
  return [minutes[market], ...others.map(name => passedOnRow(market, name))];
}

/** @param symbol or `*` for all */
export function topicOf({ kind }: Pick<ChannelRow, 'kind'>, symbol: string): string {
  return `${kind}.${symbol}`;
}

/** The symbol of a channel's topic; undefined for a topic of another channel. */
export function symbolOfTopic({ kind }: Pick<ChannelRow, 'kind'>, topic: string): string | undefined {
  return topic.startsWith(`${kind}.`) ? topic.slice(kind.length + 1) : undefined;
}
