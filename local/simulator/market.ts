/** A seeded market that never existed: any number of symbols, trading by the real calendar, some minutes corrected later. */
import { type Calendar, calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { draw, mix } from './random.ts';
import { Rhythm } from './rhythm.ts';
import type { Source, VendorMinute } from './source.ts';
import { minuteOf, revised } from './tape.ts';
import { type Character, characterOf, symbolNames } from './universe.ts';

export interface SimulatedMarketOptions {
  readonly market: Market;
  /** How many symbols, or which; the first is the most liquid. */
  readonly symbols: number | readonly string[];
  /** The same seed gives the same market, bar for bar. Any integer. @default 1 */
  readonly seed?: number;
  /**
   * No minute starts before this instant, epoch ms. With thousands of symbols it saves working out the day so far of each.
   * @default it has traded since ever
   */
  readonly from?: number;
  /** No minute starts at or after this instant, epoch ms. @default never ends */
  readonly to?: number;
  /** Trades a minute of the last symbol of a long list; 50 makes every symbol trade every minute of the session. @default 0.003 */
  readonly quietest?: number;
  /** Share of minutes that are re-sent with a correction, 0 to 1. @default 0.001 */
  readonly corrected?: number;
}

/** A correction comes at most this many minutes later. */
export const LATEST_CORRECTION = 15;
const FOR = { correction: 101, delay: 102, again: 103 };

interface Correction {
  readonly character: Character;
  readonly minute: number;
  /** Minute whose burst carries it. */
  readonly at: number;
}

export class SimulatedMarket implements Source {
  readonly symbols: readonly string[];
  readonly #characters = new Map<string, Character>();
  readonly #calendar: Calendar;
  readonly #rhythm: Rhythm;
  readonly #begin: number;
  readonly #end: number;
  readonly #corrected: number;
  /** Corrections of the latest minutes, so that a burst does not draw them anew. */
  readonly #corrections = new Map<number, readonly Correction[]>();

  constructor({
    market,
    symbols,
    seed = 1,
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
    quietest = 0.003,
    corrected = 0.001,
  }: SimulatedMarketOptions) {
    this.symbols = typeof symbols === 'number' ? symbolNames(market, symbols) : [...new Set(symbols)];
    this.#calendar = calendarOf(market);
    this.#rhythm = new Rhythm(market, seed);
    this.#begin = from;
    this.#end = to;
    this.#corrected = corrected;
    for (const [rank, symbol] of this.symbols.entries()) {
      this.#characters.set(
        symbol,
        characterOf(symbol, market, { seed, rank, count: this.symbols.length, quietest }),
      );
    }
  }

  has(symbol: string): boolean {
    return this.#characters.has(symbol);
  }

  next(from: number): number | undefined {
    const minute = Math.ceil(Math.max(from, this.#begin) / MINUTE) * MINUTE;
    if (this.#calendar.isOpen(minute) && minute < this.#end) return minute;
    for (let at = minute; at < minute + LATEST_CORRECTION * MINUTE; at += MINUTE) {
      if (this.#resends(at).length > 0) return at;
    }
    const open = this.#calendar.nextOpen(minute);
    return open < this.#end ? open : undefined;
  }

  burst(minute: number): readonly VendorMinute[] {
    const bars: VendorMinute[] = [];
    if (this.#trades(minute)) {
      const beat = this.#rhythm.at(minute);
      for (const character of this.#characters.values()) {
        const bar = minuteOf(character, minute, beat);
        if (bar) bars.push(bar);
      }
    }
    for (const { character, minute: corrected } of this.#resends(minute)) {
      const bar = this.#asOf(character, corrected, minute);
      if (bar) bars.push(bar);
    }
    return bars;
  }

  history(symbol: string, from: number, to: number, through: number): readonly VendorMinute[] {
    const character = this.#characters.get(symbol);
    const bars: VendorMinute[] = [];
    if (!character) return bars;
    const end = Math.min(to, through + MINUTE, this.#end);
    for (
      let minute = Math.ceil(Math.max(from, this.#begin) / MINUTE) * MINUTE;
      minute < end;
      minute = this.#calendar.nextOpen(minute + MINUTE)
    ) {
      const bar = this.#asOf(character, minute, through);
      if (bar) bars.push(bar);
    }
    return bars;
  }

  #trades(minute: number): boolean {
    return minute >= this.#begin && minute < this.#end && this.#calendar.isOpen(minute);
  }

  #asOf(character: Character, minute: number, through: number): VendorMinute | undefined {
    let bar = this.#trades(minute) ? minuteOf(character, minute, this.#rhythm.at(minute)) : undefined;
    if (!bar) return undefined;
    for (const [n, { at }] of this.#correctionsOf(character, minute).entries()) {
      if (at <= through) bar = revised(character, bar, n + 1);
    }
    return bar;
  }

  /** The corrections that the burst of this minute carries. */
  #resends(minute: number): readonly Correction[] {
    const found: Correction[] = [];
    for (let later = LATEST_CORRECTION; later >= 1; later--) {
      const corrections = this.#correctionsAt(minute - later * MINUTE);
      found.push(...corrections.filter(({ at }) => at === minute));
    }
    return found;
  }

  #correctionsAt(minute: number): readonly Correction[] {
    const known = this.#corrections.get(minute);
    if (known) return known;
    const characters = this.#trades(minute) ? [...this.#characters.values()] : [];
    const corrections = characters.flatMap(character => this.#correctionsOf(character, minute));
    const beat = this.#rhythm.at(minute);
    const real = corrections.filter(({ character }) => minuteOf(character, minute, beat) !== undefined);
    this.#corrections.set(minute, real);
    const [oldest] = this.#corrections.keys();
    if (oldest !== undefined && this.#corrections.size > 4 * LATEST_CORRECTION)
      this.#corrections.delete(oldest);
    return real;
  }

  /** None for most minutes, sometimes one, seldom two, in the order in which they come. */
  #correctionsOf(character: Character, minute: number): Correction[] {
    const seed = mix(character.seed, FOR.correction);
    const place = minute / MINUTE;
    if (draw(seed, place, FOR.correction) >= this.#corrected) return [];
    const delay = 1 + Math.floor(draw(seed, place, FOR.delay) * (LATEST_CORRECTION - 5));
    const again = draw(seed, place, FOR.again);
    const delays = again < 0.15 ? [delay, delay + 1 + Math.floor(again * 30)] : [delay];
    return delays.map(later => ({ character, minute, at: minute + later * MINUTE }));
  }
}
