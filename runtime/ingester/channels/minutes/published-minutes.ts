/** Remembers what was last published, so that a minute that says nothing new is not published again. */
import type { MinuteBar } from '../../../records/bar.ts';
import { Digest } from '../../../records/digest.ts';

/** 18 minutes of the whole US market, a month of minutes of five symbols. */
const REMEMBERED_BARS = 200_000;
/** The share of it that is forgotten at once, so that looking for the oldest costs next to nothing. */
const FORGOTTEN_AT_ONCE = 0.1;

/** What was last published by minute and symbol. Beyond its limit it forgets the oldest minutes: a re-send of these is then published once more, which is harmless. */
export class PublishedMinutes {
  readonly #minutes = new Map<number, PublishedMinute>();
  readonly #limit: number;
  #size = 0;
  /** The highest version of whatever was forgotten. */
  #forgotten = 0;

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

  /** Whether anything is remembered of the bar's symbol and minute. */
  knows({ symbol, start }: Pick<MinuteBar, 'symbol' | 'start'>): boolean {
    return this.#minutes.get(start)?.versionOf(symbol) !== undefined;
  }

  /** No higher version than this was published of the bar's symbol and minute. */
  lastVersionOf({ symbol, start }: Pick<MinuteBar, 'symbol' | 'start'>): number {
    return this.#minutes.get(start)?.versionOf(symbol) ?? this.#forgotten;
  }

  /**
   * Whether what was last published of the bar's symbol and minute came on the socket after a minute (its start): a history
   * that has come so far does not know it yet, and tells what was before it.
   */
  isHeardAfter({ symbol, start }: Pick<MinuteBar, 'symbol' | 'start'>, minute: number): boolean {
    const heardAt = this.#minutes.get(start)?.heardAt(symbol);
    return heardAt !== undefined && heardAt > minute;
  }

  /** To be called for every bar that is published. @param heardAt the latest minute (its start) that the socket had shown by then. @default it did not come on the socket */
  remember(bar: MinuteBar, heardAt = Number.NEGATIVE_INFINITY): void {
    let minute = this.#minutes.get(bar.start);
    if (!minute) {
      minute = new PublishedMinute();
      this.#minutes.set(bar.start, minute);
    }
    this.#size -= minute.size;
    minute.keep(bar, heardAt);
    this.#size += minute.size;
    if (this.#size > this.#limit) this.#forgetOldest();
  }

  /** Others may have published since: nothing is known any more. */
  forget(): void {
    this.#minutes.clear();
    this.#size = 0;
  }

  #forgetOldest(): void {
    const enough = this.#limit - Math.floor(this.#limit * FORGOTTEN_AT_ONCE);
    const oldestFirst = [...this.#minutes].sort(([a], [b]) => a - b);
    for (const [start, minute] of oldestFirst) {
      if (this.#size <= enough || this.#minutes.size === 1) return;
      this.#size -= minute.size;
      this.#forgotten = Math.max(this.#forgotten, minute.highestVersion);
      this.#minutes.delete(start);
    }
  }
}

/** Numbers that are kept of a bar: its version, digests of its values and its details, and when it was heard. */
const NUMBERS = 4;

/** The bars of one minute: as numbers in a row they take a third of the memory of an object each. */
class PublishedMinute {
  readonly #places = new Map<string, number>();
  readonly #numbers: number[] = [];
  highestVersion = 0;

  get size(): number {
    return this.#places.size;
  }

  versionOf(symbol: string): number | undefined {
    const place = this.#places.get(symbol);
    return place === undefined ? undefined : this.#numbers[place];
  }

  heardAt(symbol: string): number | undefined {
    const place = this.#places.get(symbol);
    return place === undefined ? undefined : this.#numbers[place + 3];
  }

  tells(bar: MinuteBar): boolean {
    const place = this.#places.get(bar.symbol);
    if (place === undefined) return false;
    const [version = 0, values, details] = this.#numbers.slice(place, place + NUMBERS);
    if (version > bar.version) return true;
    return values === valuesOf(bar) && (bar.source === 'backfill' || details === detailsOf(bar));
  }

  keep(bar: MinuteBar, heardAt: number): void {
    const place = this.#places.get(bar.symbol) ?? this.#numbers.length;
    if (place === this.#numbers.length) this.#places.set(bar.symbol, place);
    this.#numbers[place] = bar.version;
    this.highestVersion = Math.max(this.highestVersion, bar.version);
    this.#numbers[place + 1] = valuesOf(bar);
    this.#numbers[place + 2] = detailsOf(bar);
    this.#numbers[place + 3] = heardAt;
  }
}

const digest = new Digest();

/** What every source tells. */
function valuesOf(bar: MinuteBar): number {
  digest.values(bar);
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
