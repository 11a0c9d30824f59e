/** Remembers what was last published, so that a minute sent again unchanged is not published again. */
import { hash } from 'node:crypto';
import type { MinuteBar } from '../bars/bar.ts';

/** 18 minutes of the whole US market, a month of minutes of five symbols. */
const REMEMBERED_BARS = 200_000;

/** What was last published by minute and symbol. Beyond its limit it forgets the oldest minute: a re-send of that is then published once more, which is harmless. */
export class Resends {
  readonly #minutes = new Map<number, Map<string, string>>();
  readonly #limit: number;
  #size = 0;

  constructor(limit = REMEMBERED_BARS) {
    this.#limit = limit;
  }

  /** How many bars are remembered. */
  get size(): number {
    return this.#size;
  }

  /** Whether this bar says what was last published for its symbol and minute, whatever its version. */
  isKnown(bar: MinuteBar): boolean {
    return this.#minutes.get(bar.start)?.get(bar.symbol) === contentOf(bar);
  }

  /** To be called for every bar that is published. */
  remember(bar: MinuteBar): void {
    let minute = this.#minutes.get(bar.start);
    if (!minute) {
      minute = new Map();
      this.#minutes.set(bar.start, minute);
    }
    if (!minute.has(bar.symbol)) this.#size++;
    minute.set(bar.symbol, contentOf(bar));
    while (this.#size > this.#limit && this.#minutes.size > 1) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = Math.min(...this.#minutes.keys());
    this.#size -= this.#minutes.get(oldest)?.size ?? 0;
    this.#minutes.delete(oldest);
  }
}

/** A digest, for the text itself would take ten times the memory. */
function contentOf(bar: MinuteBar): string {
  const prices = `${bar.open}|${bar.high}|${bar.low}|${bar.close}|${bar.volume}|${bar.vwap}|${bar.trades}`;
  return hash('md5', `${prices}|${bar.dayVolume}|${bar.dayVwap}|${bar.officialOpen}|${bar.otc}`, 'base64');
}
