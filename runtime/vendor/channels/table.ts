/** How the vendor speaks of each channel in each market: one row a market and channel, and the form of all topics. */
import type { Market } from '../../markets/names.ts';

export interface ChannelRow {
  /** What its topics begin with, and the kind (`ev`) of its events. */
  readonly kind: string;
  /** The field with the symbol. */
  readonly symbol: 'sym' | 'pair';
}

export interface MinutesRow extends ChannelRow {
  /** Whether fields with exact volumes as decimal text are taken instead of the truncated ones, where present. */
  readonly exactVolume: boolean;
}

const minutes: Readonly<Record<Market, MinutesRow>> = {
  stocks: { kind: 'AM', symbol: 'sym', exactVolume: true },
  crypto: { kind: 'XA', symbol: 'pair', exactVolume: false },
  futures: { kind: 'AM', symbol: 'sym', exactVolume: false },
};

/** By channel; a channel need not have a row in every market. */
export const channelTable = { minutes } satisfies Readonly<
  Record<string, Readonly<Partial<Record<Market, ChannelRow>>>>
>;

/** @param symbol or `*` for all */
export function topicOf({ kind }: Pick<ChannelRow, 'kind'>, symbol: string): string {
  return `${kind}.${symbol}`;
}

/** The symbol of a channel's topic; undefined for a topic of another channel. */
export function symbolOfTopic({ kind }: Pick<ChannelRow, 'kind'>, topic: string): string | undefined {
  return topic.startsWith(`${kind}.`) ? topic.slice(kind.length + 1) : undefined;
}

/** A kind of events that is passed on as it comes. */
export interface PassedOnRow {
  readonly kind: string;
  readonly symbol: 'sym' | 'pair' | 'T';
  /** The field with its time. */
  readonly time: 's' | 't';
  readonly unit: 'ms' | 'ns';
  /** What counts it by itself, if anything does. */
  readonly counts?: 'trades' | 'quotes';
}

/** A row of events with their symbol in `sym` and their time, in ms, in `t`. */
const plain = { symbol: 'sym', time: 't', unit: 'ms' } as const;
const pair = { ...plain, symbol: 'pair' } as const;
const fmv: PassedOnRow = { ...plain, kind: 'FMV', unit: 'ns' };

/** What each market can pass on; its minutes come first. */
export const passedOnRows: Readonly<Record<Market, readonly [PassedOnRow, ...PassedOnRow[]]>> = {
  stocks: [
    { ...plain, kind: 'AM', time: 's' },
    { ...plain, kind: 'A', time: 's' },
    { ...plain, kind: 'T', counts: 'trades' },
    { ...plain, kind: 'Q', counts: 'quotes' },
    fmv,
    { kind: 'LULD', symbol: 'T', time: 't', unit: 'ns' },
    { kind: 'NOI', symbol: 'T', time: 't', unit: 'ns' },
  ],
  crypto: [
    { ...pair, kind: 'XA', time: 's' },
    { ...pair, kind: 'XAS', time: 's' },
    { ...pair, kind: 'XT', counts: 'trades' },
    { ...pair, kind: 'XQ', counts: 'quotes' },
    { ...pair, kind: 'XL2' },
    fmv,
  ],
  futures: [
    { ...plain, kind: 'AM', time: 's' },
    { ...plain, kind: 'A', time: 's' },
    { ...plain, kind: 'T', counts: 'trades' },
    { ...plain, kind: 'Q', counts: 'quotes' },
  ],
};
