/** What the vendor sends besides minutes, as its documentation shows it: of each minute with a bar one event of each kind. */
import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { type ChannelName, channelNames } from '../../runtime/vendor/channel-names.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import { barEvent } from './events.ts';
import type { BarEvent } from './session.ts';
import type { VendorMinute } from './source.ts';
import type { DayTotal } from './totals.ts';

/** What is behind its milliseconds where the vendor tells nanoseconds, in digits that no double holds. */
const REST_OF_NANOSECONDS = '123457';
/** Indicators of price bands. */
const [HALTED, RESUMED] = [17, 18];

type Fields = Readonly<Record<string, unknown>>;

/** @param kinds that somebody wants. @param day the day so far, where the market's bars tell it */
export function otherEvents(
  market: Market,
  bar: VendorMinute,
  kinds: ReadonlySet<string>,
  day?: DayTotal,
): BarEvent[] {
  return channelNames.flatMap(channel => {
    const row = channelTable[channel][market];
    if (channel === 'minutes' || row === undefined || !kinds.has(row.kind)) return [];
    const { kind, symbol } = row;
    const event = { ev: kind, [symbol]: bar.symbol, ...contents[channel](bar, market, day) };
    const json = row.unit === 'ms' ? JSON.stringify(event) : withNanoseconds(event, timeOf(bar));
    return { kind, symbol: bar.symbol, json };
  });
}

/** Says at that instant (epoch ms) that a symbol is halted, or that it trades again. @returns undefined in markets without price bands */
export function haltEvent(
  market: Market,
  symbol: string,
  at: number,
  isHalted: boolean,
): BarEvent | undefined {
  const row = channelTable.luld[market];
  if (row === undefined) return undefined;
  const band = { h: 0, l: 0, i: [isHalted ? HALTED : RESUMED], z: 3, q: Math.floor(at / MINUTE) };
  const json = withNanoseconds({ ev: row.kind, [row.symbol]: symbol, ...band }, at);
  return { kind: row.kind, symbol, json };
}

function withNanoseconds(event: Fields, at: number): string {
  return `${JSON.stringify(event).slice(0, -1)},"t":${at}${REST_OF_NANOSECONDS}}`;
}

/** Of the last trade of the minute, epoch ms. */
function timeOf({ start }: VendorMinute): number {
  return start + MINUTE - 250;
}

const contents: Readonly<
  Record<Exclude<ChannelName, 'minutes'>, (bar: VendorMinute, market: Market, day?: DayTotal) => Fields>
> = {
  seconds: (bar, market, day) => ({
    ...{ ...barEvent(market, bar, day), ...kindOf(market), s: bar.start + MINUTE - 1_000 },
  }),
  trades: (bar, market) => tradeOf(bar, market),
  quotes: (bar, market) => quoteOf(bar, market),
  fmv: ({ close }) => ({ fmv: close }),
  values: bar => ({ val: bar.close, t: timeOf(bar) }),
  // Without an indicator: a minute with trades is neither a halt nor the end of one.
  luld: ({ high, low, start }) => ({
    ...{ h: rounded(high * 1.05), l: rounded(low * 0.95), i: [], z: 3, q: start / MINUTE },
  }),
  imbalances: ({ close, start }) => ({
    ...{ at: 930, a: 'M', i: start / MINUTE, x: 10, o: 480, p: 440, b: close },
  }),
  books: bar => ({
    b: [1, 2].map(step => [rounded(bar.close * (1 - step / 1_000)), step]),
    a: [1, 2].map(step => [rounded(bar.close * (1 + step / 1_000)), step]),
    ...{ t: timeOf(bar), x: 1, r: timeOf(bar) + 4 },
  }),
};

/** Of seconds, whose other fields are those of a minute. */
function kindOf(market: Market): Fields {
  return { ev: channelTable.seconds[market]?.kind };
}

function tradeOf(bar: VendorMinute, market: Market): Fields {
  const [p, t, number] = [bar.close, timeOf(bar), bar.start / MINUTE];
  switch (market) {
    case 'crypto':
      return { p, t, s: 0.01, c: [2], i: `${number}`, x: 1, r: t + 4 };
    case 'futures':
      return { p, s: 1, t, q: number };
    case 'options':
      return { x: 302, p, s: 1, c: [209], t, q: number };
    default:
      return {
        ...{ x: 4, i: `${number}`, z: 3, p, s: 100, c: [14, 41], t, q: number },
        ...{ trfi: 202, trft: t - 1, ds: '100.0' },
      };
  }
}

function quoteOf(bar: VendorMinute, market: Market): Fields {
  const [below, above] = [rounded(bar.close * 0.9999), rounded(bar.close * 1.0001)];
  const [t, q] = [timeOf(bar), bar.start / MINUTE];
  switch (market) {
    case 'crypto':
      return { bp: below, bs: 0.5, ap: above, as: 0.25, t, x: 1, r: t + 4 };
    case 'forex':
      return { x: 48, a: above, b: below, t };
    case 'futures':
      return { bp: below, bs: 7, bt: t, ap: above, as: 5, at: t, t };
    case 'options':
      return { bx: 302, ax: 303, bp: below, ap: above, bs: 7, as: 5, t, q };
    default:
      return { bx: 11, bp: below, bs: 2, ax: 12, ap: above, as: 3, c: 0, i: [1], t, q, z: 3 };
  }
}

function rounded(price: number): number {
  return Math.round(price * 100_000) / 100_000;
}
