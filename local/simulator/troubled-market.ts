/** A market in trouble: symbols that stop to trade, and minutes that are all corrected later. It is the truth, over REST too. */

import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { decimalFrom, unitsAt } from '../../runtime/records/decimal.ts';
import type { Source, VendorMinute } from './source.ts';

/** Minutes that start in `[from, to)`, epoch ms. */
interface Span {
  readonly from: number;
  to: number;
}

/** A corrected minute is sent again so much later (ms), when its 5m window has long been finished. */
export const CORRECTED_AFTER = 7 * MINUTE;
/** Digits after the point of what is multiplied; as many as a decimal has. */
const SCALE = 18;

export class TroubledMarket implements Source {
  readonly #market: Source;
  readonly #halts: (Span & { readonly symbols: ReadonlySet<string> })[] = [];
  readonly #corrections: Span[] = [];

  constructor(market: Source) {
    this.#market = market;
  }

  /** These symbols do not trade in `[from, to)`: what is not traded is nowhere to be had, and nobody missed it. */
  halt(from: number, symbols: readonly string[], to = Number.POSITIVE_INFINITY): void {
    this.#halts.push({ from, to, symbols: new Set(symbols) });
  }

  /** Every symbol trades from that minute on. */
  resume(at: number): void {
    for (const span of this.#halts) span.to = Math.min(span.to, at);
  }

  /** Late trades double the volume of every minute from that one on, until `settle`. */
  correct(from: number): void {
    this.#corrections.push({ from, to: Number.POSITIVE_INFINITY });
  }

  /** Minutes from that one on are not corrected any more. */
  settle(at: number): void {
    for (const span of this.#corrections) span.to = Math.min(span.to, at);
  }

  get symbols(): readonly string[] {
    return this.#market.symbols;
  }

  has(symbol: string): boolean {
    return this.#market.has(symbol);
  }

  next(from: number): number | undefined {
    const next = this.#market.next(from);
    const end = Math.min(next ?? Number.POSITIVE_INFINITY, from + CORRECTED_AFTER);
    for (let minute = minuteOf(from); minute < end; minute += MINUTE) {
      const late = minute - CORRECTED_AFTER;
      if (minute >= from && this.#isCorrected(late) && this.#market.next(late) === late) return minute;
    }
    return next;
  }

  burst(minute: number): readonly VendorMinute[] {
    const bars = this.#market.burst(minute).map(bar => this.#asOf(bar, minute));
    const late = minute - CORRECTED_AFTER;
    const again = this.#isCorrected(late)
      ? this.#market.symbols.flatMap(symbol => this.history(symbol, late, late + MINUTE, minute))
      : [];
    return [...bars.filter(bar => this.#trades(bar)), ...again];
  }

  history(symbol: string, from: number, to: number, through: number): readonly VendorMinute[] {
    const bars = this.#market.history(symbol, from, to, through).filter(bar => this.#trades(bar));
    return bars.map(bar => this.#asOf(bar, through));
  }

  #asOf(bar: VendorMinute, through: number): VendorMinute {
    if (bar.start + CORRECTED_AFTER > through || !this.#isCorrected(bar.start)) return bar;
    const { volume, trades } = bar;
    return {
      ...bar,
      volume: decimalFrom(2n * unitsAt(volume, SCALE), SCALE),
      ...(trades === undefined ? {} : { trades: 2 * trades }),
    };
  }

  #isCorrected(minute: number): boolean {
    return this.#corrections.some(({ from, to }) => minute >= from && minute < to);
  }

  #trades({ symbol, start }: VendorMinute): boolean {
    return !this.#halts.some(({ from, to, symbols }) => start >= from && start < to && symbols.has(symbol));
  }
}
