/** Remembers what was last published, so that a minute that says nothing new is not published again. */
import { hash } from 'node:crypto';
import type { MinuteBar } from '../bars/bar.ts';

/** 18 minutes of the whole US market, a month of minutes of five symbols. */
const REMEMBERED_BARS = 200_000;

interface Published {
  readonly version: number;
  /** Prices, volume and VWAP: what every source tells. */
  readonly values: string;
  /** What only some sources tell. */
  readonly details: string;
}

/** What was last published by minute and symbol. Beyond its limit it forgets the oldest minute: a re-send of that is then published once more, which is harmless. */
export class Resends {
  readonly #minutes = new Map<number, Map<string, Published>>();
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
    const known = this.#minutes.get(bar.start)?.get(bar.symbol);
    if (!known) return false;
    if (known.version > bar.version) return true;
    return known.values === valuesOf(bar) && (bar.source === 'backfill' || known.details === detailsOf(bar));
  }

  /** To be called for every bar that is published. */
  remember(bar: MinuteBar): void {
    let minute = this.#minutes.get(bar.start);
    if (!minute) {
      minute = new Map();
      this.#minutes.set(bar.start, minute);
    }
    if (!minute.has(bar.symbol)) this.#size++;
    minute.set(bar.symbol, { version: bar.version, values: valuesOf(bar), details: detailsOf(bar) });
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

function valuesOf(bar: MinuteBar): string {
  return digest(`${bar.open}|${bar.high}|${bar.low}|${bar.close}|${bar.volume}|${bar.vwap}`);
}

function detailsOf(bar: MinuteBar): string {
  return digest(`${bar.trades}|${bar.dayVolume}|${bar.dayVwap}|${bar.officialOpen}|${bar.otc}`);
}

/** The texts themselves would take ten times the memory; 72 bits tell versions of one minute apart. */
function digest(text: string): string {
  return hash('md5', text, 'base64').slice(0, 12);
}
