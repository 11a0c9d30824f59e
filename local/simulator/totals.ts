/** The trading day so far of every symbol: the vendor's accumulated volume, day VWAP and official open. */
import type { Calendar } from '../../runtime/markets/calendar.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { type Decimal, decimalFrom, unitsAt } from '../../runtime/records/decimal.ts';
import type { Source, VendorMinute } from './source.ts';

export interface DayTotal {
  /** In shares. */
  readonly volume: Decimal;
  /** Absent when a minute's own VWAP is not known. */
  readonly vwap?: number;
  /** Opening price of the regular session; absent before it. */
  readonly open?: number;
}

/** Digits after the point of what is added up; as many as a decimal has. */
const SCALE = 18;

interface Sum {
  readonly day: number;
  units: bigint;
  /** Σ price · volume; NaN as soon as a minute's VWAP is unknown. */
  traded: number;
  shares: number;
  open: number | undefined;
}

export class DayTotals {
  readonly #source: Source;
  readonly #calendar: Calendar;
  readonly #sums = new Map<string, Sum>();

  constructor(source: Source, calendar: Calendar) {
    this.#source = source;
    this.#calendar = calendar;
  }

  /** Counts a bar that goes out in the burst of `minute`; a re-sent one replaces what it was before. */
  count(bar: VendorMinute, minute: number): DayTotal {
    const day = this.#calendar.days.at(bar.start).start;
    const known = this.#sums.get(bar.symbol);
    const sum = known?.day === day ? known : this.#upTo(bar.symbol, day, minute);
    // A correction of yesterday must not push today's sum out.
    if (known === undefined || known.day < day) this.#sums.set(bar.symbol, sum);
    if (bar.start < minute) this.#add(sum, this.#before(bar, minute), -1);
    this.#add(sum, bar, 1);
    return totalOf(sum);
  }

  /** The day as it was before the burst of `minute`. */
  #upTo(symbol: string, day: number, minute: number): Sum {
    const sum: Sum = { day, units: 0n, traded: 0, shares: 0, open: undefined };
    for (const bar of this.#source.history(symbol, day, minute, minute - MINUTE)) {
      if (this.#calendar.days.at(bar.start).start === day) this.#add(sum, bar, 1);
    }
    return sum;
  }

  #before(bar: VendorMinute, minute: number): VendorMinute | undefined {
    return this.#source.history(bar.symbol, bar.start, bar.start + MINUTE, minute - MINUTE)[0];
  }

  #add(sum: Sum, bar: VendorMinute | undefined, sign: 1 | -1): void {
    if (!bar) return;
    const shares = sign * Number(bar.volume);
    sum.units += BigInt(sign) * unitsAt(bar.volume, SCALE);
    sum.shares += shares;
    if (shares !== 0) sum.traded += shares * (bar.vwap ?? Number.NaN);
    if (this.#calendar.sessionAt(bar.start).name === 'regular') sum.open ??= bar.open;
  }
}

function totalOf({ units, traded, shares, open }: Sum): DayTotal {
  const vwap = traded / shares;
  return {
    volume: decimalFrom(units, SCALE),
    ...(Number.isFinite(vwap) ? { vwap: Math.round(vwap * 10_000) / 10_000 } : {}),
    ...(open === undefined ? {} : { open }),
  };
}
