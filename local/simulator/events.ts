/** Minute bars as the vendor writes them on the socket, field for field and in wire order. */

import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import type { Decimal } from '../../runtime/records/decimal.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import type { VendorMinute } from './source.ts';
import type { DayTotal } from './totals.ts';

/** The JSON of one event. Only stocks and options carry the day so far. */
export function encodeBar(market: Market, bar: VendorMinute, day: DayTotal | undefined): string {
  return JSON.stringify(barEvent(market, bar, day));
}

/** What is sent of a minute. */
export function barEvent(market: Market, bar: VendorMinute, day?: DayTotal): object {
  const { kind: ev } = channelTable.minutes[market];
  const { symbol } = bar;
  switch (market) {
    case 'stocks':
    case 'options':
      return { ev, sym: symbol, ...stockEvent(bar, day) };
    case 'crypto':
      return { ev, pair: symbol, ...cryptoEvent(bar) };
    case 'futures':
      return { ev, sym: symbol, ...futuresEvent(bar) };
    case 'forex':
      return { ev, pair: symbol, v: whole(bar.volume), ...prices(bar), ...span(bar) };
    case 'indices':
      return { ev, sym: symbol, op: bar.open, ...prices(bar), ...span(bar) };
  }
}

function stockEvent(bar: VendorMinute, day: DayTotal | undefined) {
  const fractional = bar.volume.includes('.') || day?.volume.includes('.');
  return {
    v: whole(bar.volume),
    av: day && whole(day.volume),
    op: day?.open,
    vw: bar.vwap,
    ...prices(bar),
    a: day?.vwap,
    z: averageSize(bar),
    ...span(bar),
    otc: bar.otc,
    dv: fractional ? pointed(bar.volume) : undefined,
    dav: fractional && day ? pointed(day.volume) : undefined,
  };
}

function cryptoEvent(bar: VendorMinute) {
  const { volume, vwap: vw } = bar;
  return {
    v: Number(volume),
    vw,
    // The vendor's client in Go refuses a bar whose average is no integer.
    z: averageSize(bar, Math.round),
    ...prices(bar),
    ...span(bar),
  };
}

function futuresEvent(bar: VendorMinute) {
  const contracts = Number(bar.volume);
  const dollars = Math.round(contracts * (bar.vwap ?? bar.close) * 100) / 100;
  const { trades: n } = bar;
  return { v: contracts, dv: dollars, ...prices(bar), n, ...span(bar) };
}

function prices({ open: o, close: c, high: h, low: l }: VendorMinute) {
  return { o, c, h, l };
}

function span({ start }: VendorMinute) {
  return { s: start, e: start + MINUTE };
}

/** Documented as an integer, but small ones come with a fraction; left out when nobody knows how many trades there were. */
function averageSize({ volume, trades }: VendorMinute, rounded = toSomeDigits): number | undefined {
  if (trades === undefined) return undefined;
  return rounded(trades === 0 ? 0 : Number(volume) / trades);
}

function toSomeDigits(size: number): number {
  return size < 10 ? Math.round(size * 10_000) / 10_000 : Math.round(size);
}

function whole(volume: Decimal): number {
  return Math.trunc(Number(volume));
}

/** The vendor writes exact volumes with a point, always. */
function pointed(volume: Decimal): string {
  return volume.includes('.') ? volume : `${volume}.0`;
}
