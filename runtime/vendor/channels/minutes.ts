/** Takes the bars out of the vendor's frames: those asked for, those refused, and what they prove. */

import { type Calendar, calendarOf } from '../../markets/calendar.ts';
import type { Market } from '../../markets/market.ts';
import type { Clock } from '../../platform/clock.ts';
import type { MinuteBar } from '../../records/bar.ts';
import { Refused } from '../../records/check.ts';
import type { Bars, RefusedBar } from '../feed-events.ts';
import { type Dialect, dialects } from '../liquid.ts';
import type { Numbering, Wanted } from '../needs.ts';
import { ElementTexts, type Frame } from '../socket/frame.ts';
import type { Tally } from '../socket/tally.ts';
import { isNamedOtherwise } from '../ticker-names.ts';
import type { VendorWords } from '../words.ts';
import { minuteBarOf } from './minute-bar.ts';

/** So many refused bars of a frame are kept each by itself: a frame of nothing else must not fill the memory. */
const KEPT_ALONE = 1_000;

export interface BarReaderOptions {
  readonly market: Market;
  readonly subscription: Wanted;
  readonly clock: Clock;
  readonly versions: Numbering;
  readonly tally: Tally;
  readonly words: VendorWords;
}

export class BarReader {
  readonly #options: BarReaderOptions;
  readonly #dialect: Dialect;
  readonly #calendar: Calendar;

  constructor(options: BarReaderOptions) {
    this.#options = options;
    this.#dialect = dialects[options.market];
    this.#calendar = calendarOf(options.market);
  }

  /** @param text the frame as it came. @param sentinel the symbol that is not published. @returns undefined when the frame holds no bar. */
  read(frame: Frame, text: string, sentinel: string | undefined): Bars | undefined {
    if (frame.bars.length === 0) return undefined;
    const { market, subscription, clock, versions, tally, words } = this.#options;
    const now = clock.now();
    const context = {
      market,
      dialect: this.#dialect,
      calendar: this.#calendar,
      now,
      version: versions.next(),
    };
    const bars: MinuteBar[] = [];
    const refused: RefusedBar[] = [];
    let more = 0;
    let observed = Number.NEGATIVE_INFINITY;
    const texts = new ElementTexts(text);
    tally.bars(this.#dialect.event, frame.bars.length);
    for (const { event, index } of frame.bars) {
      try {
        const bar = minuteBarOf(event, context);
        if (words.quoteKey(bar.symbol)) throw new Refused('symbol', bar.symbol, 'this is the key');
        observed = Math.max(observed, bar.start);
        if (subscription.has(bar.symbol)) bars.push(bar);
        else if (bar.symbol !== sentinel) tally.oddity('bar of a symbol that was not asked for', text);
      } catch (error) {
        const symbol = event[this.#dialect.symbolField];
        // Combinations of futures and the like: nothing is wrong with them.
        if (isNamedOtherwise(symbol)) {
          tally.oddity('bar of a name that no symbol has', text);
          continue;
        }
        if (refused.length === KEPT_ALONE) {
          more++;
          continue;
        }
        // Whatever it was, it was this bar's: the others are none the worse for it.
        const reason = error instanceof Refused ? error.message : `cannot be read: ${error}`;
        const topic = `${this.#dialect.event}.${typeof symbol === 'string' ? symbol : 'no symbol'}`;
        refused.push({ raw: texts.at(index), reason, where: `${market} feed, ${topic}` });
      }
    }
    if (more > 0) {
      const reason = `${more} more bars of this frame are refused`;
      refused.push({ raw: text, reason, where: `${market} feed`, count: more });
    }
    return { type: 'bars', bars, refused, ...(Number.isFinite(observed) && { observed }) };
  }
}
