/** Remembers what was last published, so that a minute that says nothing new is not published again. */
import type { MinuteBar } from '../../bars/bar.ts';
import { Digest } from './digest.ts';

/** 18 minutes of the whole US market, a month of minutes of five symbols. */
const REMEMBERED_BARS = 200_000;

/** What was last published by minute and symbol. Beyond its limit it forgets the oldest minute: a re-send of that is then published once more, which is harmless. */
export class Resends {
  readonly #minutes = new Map<number, PublishedMinute>();
  readonly #limit: number;
  #size = 0;

  constructor(limit = REMEMBERED_BARS) {
    this.#limit = limit;
  }

  /** How many bars are remembered. */
  get size(): number {
    return this.#size;
  }

  /**
   * Whether this bar says nothing new: what was last published for its symbol and minute is the same, or newer. A
   * backfilled bar knows fewer details than a live one, so there only the values count.
   */
  isKnown(bar: MinuteBar): boolean {
    return this.#minutes.get(bar.start)?.tells(bar) === true;
  }

  /** The version that was last published of this bar's symbol and minute; undefined when none is remembered. */
  versionOf({ symbol, start }: Pick<MinuteBar, 'symbol' | 'start'>): number | undefined {
    return this.#minutes.get(start)?.versionOf(symbol);
  }

  /** To be called for every bar that is published. */
  remember(bar: MinuteBar): void {
    let minute = this.#minutes.get(bar.start);
    if (!minute) {
      minute = new PublishedMinute();
      this.#minutes.set(bar.start, minute);
    }
    this.#size -= minute.size;
    minute.keep(bar);
    this.#size += minute.size;
    while (this.#size > this.#limit && this.#minutes.size > 1) this.#forgetOldest();
  }

  /** Others may have published since: nothing is known any more. */
  forget(): void {
    this.#minutes.clear();
    this.#size = 0;
  }

  #forgetOldest(): void {
    const oldest = Math.min(...this.#minutes.keys());
    this.#size -= this.#minutes.get(oldest)?.size ?? 0;
    this.#minutes.delete(oldest);
  }
}

/** Numbers that are kept of a bar: its version, and digests of its values and its details. */
const NUMBERS = 3;
const digest = new Digest();

/** The bars of one minute: as numbers in a row they take a third of the memory of an object each. */
class PublishedMinute {
  readonly #places = new Map<string, number>();
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#places.size;
  }

  versionOf(symbol: string): number | undefined {
    const place = this.#places.get(symbol);
    return place === undefined ? undefined : this.#numbers[place];
  }

  tells(bar: MinuteBar): boolean {
    const place = this.#places.get(bar.symbol);
    if (place === undefined) return false;
    const [version = 0, values, details] = this.#numbers.slice(place, place + NUMBERS);
    if (version > bar.version) return true;
    return values === valuesOf(bar) && (bar.source === 'backfill' || details === detailsOf(bar));
  }

  keep(bar: MinuteBar): void {
    const place = this.#places.get(bar.symbol) ?? this.#numbers.length;
    if (place === this.#numbers.length) this.#places.set(bar.symbol, place);
    this.#numbers[place] = bar.version;
    this.#numbers[place + 1] = valuesOf(bar);
    this.#numbers[place + 2] = detailsOf(bar);
  }
}

/** Prices, volume and VWAP: what every source tells. */
function valuesOf({ open, high, low, close, volume, vwap }: MinuteBar): number {
  digest.number(open);
  digest.number(high);
  digest.number(low);
  digest.number(close);
  digest.text(volume);
  digest.number(vwap);
  return digest.take();
}

/** What only some sources tell. */
function detailsOf({ trades, dayVolume, dayVwap, officialOpen, otc }: MinuteBar): number {
  digest.number(trades);
  digest.text(dayVolume ?? '');
  digest.number(dayVwap);
  digest.number(officialOpen);
  digest.number(otc ? 1 : 0);
  return digest.take();
}
