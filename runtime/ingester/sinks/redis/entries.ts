/** What an event becomes in a Redis Stream: fields of text, the same ones in every entry. */
import { MINUTE } from '../../../markets/timeframe.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import type { Fields } from '../../../vendor/channels/channel.ts';

export type StreamName = 'trades' | 'quotes' | 'aggregates';

export const streamFields = {
  trades: ['symbol', 'price', 'size', 'conditions', 'exchange', 'trade_id', 'timestamp', 'tape'],
  quotes: [
    ...['symbol', 'bid_price', 'bid_size', 'ask_price', 'ask_size', 'bid_exchange', 'ask_exchange'],
    ...['timestamp', 'tape'],
  ],
  aggregates: [
    ...['symbol', 'open', 'high', 'low', 'close', 'volume', 'volume_accumulated', 'vwap', 'trades_count'],
    ...['timestamp_start', 'timestamp_end', 'otc'],
  ],
} as const satisfies Readonly<Record<StreamName, readonly string[]>>;

/** Values of the fields, in their order; empty where the vendor does not say. */
export function entryOf(stream: StreamName, symbol: string, event: Fields): readonly string[] {
  return [symbol, ...valuesOf[stream](event).map(textOf)];
}

/** Of a minute as the minutes stream has it. */
export function minuteEntry(minute: MinuteBar): readonly string[] {
  const { symbol, open, high, low, close, volume, dayVolume, dayVwap, trades, start, otc } = minute;
  const values = [open, high, low, close, volume, dayVolume, dayVwap, trades, start, start + MINUTE];
  return [symbol, ...values.map(textOf), `${otc === true}`];
}

const valuesOf: Readonly<Record<StreamName, (event: Fields) => readonly unknown[]>> = {
  trades: ({ p, ds, s, c, x, i, t, z }) => [p, ds ?? s, c, x, i, t, z],
  // The pairs of forex have other names for the same, and one exchange for both sides.
  quotes: ({ bp, b, bs, ap, a, as, bx, ax, x, t, z }) => [bp ?? b, bs, ap ?? a, as, bx ?? x, ax ?? x, t, z],
  aggregates: ({ o, h, l, c, v, dv, av, dav, a, n, s, e, otc }) => {
    // Futures have a `dv` too, but there it is a number of dollars.
    const volume = typeof dv === 'string' ? dv : v;
    return [o, h, l, c, volume, dav ?? av, a, n, s, e, otc === true];
  },
};

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? `${value}` : '';
}
