/** The channel of minute bars: those asked for, those refused, and what a frame of them proves. */

import { type Calendar, calendarOf } from '../../markets/calendar.ts';
import type { Market } from '../../markets/market.ts';
import type { Clock } from '../../platform/clock.ts';
import type { MinuteBar } from '../../records/bar.ts';
import { Refused } from '../../records/check.ts';
import type { Bars } from '../feed-events.ts';
import type { Numbering, Wanted } from '../needs.ts';
import { isNamedOtherwise } from '../ticker-names.ts';
import type { VendorWords } from '../words.ts';
import type { Channel, Counts, Events, Fields, Reading } from './channel.ts';
import { ElementTexts } from './element-texts.ts';
import { minuteBarOf } from './minute-bar.ts';
import { LAYOUT_EVENT, minutesIn } from './minute-layout.ts';
import { type MinuteTopics, minuteTopics } from './minute-topics.ts';
import { RefusedOfFrame } from './refused-of-frame.ts';
import { channelTable, type MinutesRow, topicOf } from './table.ts';

export interface MinutesOptions {
  readonly market: Market;
  readonly subscription: Wanted;
  /** Subscribed to as proof of life and not published. @default the market's most liquid symbol that is not in the list */
  readonly sentinel?: string;
  readonly clock: Clock;
  readonly versions: Numbering;
  readonly counts: Counts;
  readonly words: VendorWords;
}

export class MinutesChannel implements Channel<Bars> {
  readonly #options: MinutesOptions;
  readonly #row: MinutesRow;
  readonly #calendar: Calendar;
  #topics: MinuteTopics | undefined;

  constructor(options: MinutesOptions) {
    this.#options = options;
    this.#row = channelTable.minutes[options.market];
    this.#calendar = calendarOf(options.market);
  }

  get kind(): string {
    return this.#row.kind;
  }

  get kinds(): readonly string[] {
    return [this.#row.kind];
  }

  topics(at: number): readonly string[] {
    const { market, subscription, sentinel } = this.#options;
    this.#topics = minuteTopics(market, subscription, at, sentinel);
    return this.#topics.all;
  }

  isSteady(topics: ReadonlySet<string>): boolean {
    return this.#topics?.hasLiquid(topics) === true;
  }

  quick(text: string): readonly Fields[] | undefined {
    return this.#row.kind === LAYOUT_EVENT ? minutesIn(text) : undefined;
  }

  read({ fields, places }: Events, text: string): Reading<Bars> {
    const { market, subscription, clock, versions, counts, words } = this.#options;
    const [row, calendar, now, version] = [this.#row, this.#calendar, clock.now(), versions.next()];
    const context = { market, row, calendar, now, version };
    const sentinel = this.#topics?.sentinel;
    const bars: MinuteBar[] = [];
    const refused = new RefusedOfFrame(text, `${market} feed`);
    const texts = new ElementTexts(text);
    let observed = Number.NEGATIVE_INFINITY;
    counts.events(row.kind, fields.length);
    for (const [index, event] of fields.entries()) {
      try {
        const bar = minuteBarOf(event, context);
        if (words.quoteKey(bar.symbol)) throw new Refused('symbol', bar.symbol, 'this is the key');
        observed = Math.max(observed, bar.start);
        if (subscription.has(bar.symbol)) bars.push(bar);
        else if (bar.symbol !== sentinel) counts.oddity('bar of a symbol that was not asked for', text);
      } catch (error) {
        const symbol = event[row.symbol];
        // Combinations of futures and the like: nothing is wrong with them.
        if (isNamedOtherwise(symbol)) counts.oddity('bar of a name that no symbol has', text);
        else
          refused.add(
            () => texts.at(places?.[index] ?? index),
            topicOf(row, typeof symbol === 'string' ? symbol : 'no symbol'),
            error,
          );
      }
    }
    const isAlive = Number.isFinite(observed);
    return { told: { type: 'bars', bars, refused: refused.all, ...(isAlive && { observed }) }, isAlive };
  }
}
