/** What the table of bars has of a day whose list is not in Redis: its first bars, or all of them on a server that has lost its memory. */
import type { Calendar } from '../markets/calendar.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { BarTable } from '../tables/bars/bar-table.ts';
import type { DayOfBars } from './merge-day.ts';
import { keptTimeframe } from './names.ts';

/** As many requests as connections are kept. */
const AT_ONCE = 32;
/** More than a day has of them, and its evening before. */
const MOST_BARS = 1_000;
/** The longest that a local day is, on which clocks are set back. */
const LONGEST_DAY = 25 * 3_600_000;

export interface StoredDaysOptions {
  readonly table: Pick<BarTable, 'range'>;
  readonly calendar: Calendar;
}

export class StoredDays {
  readonly #options: StoredDaysOptions;

  constructor(options: StoredDaysOptions) {
    this.#options = options;
  }

  /** The final bars of these days, of those that have any. */
  async of(days: readonly DayOfBars[], signal: AbortSignal): Promise<readonly DayOfBars[]> {
    const found: DayOfBars[] = [];
    await inParallel(days, AT_ONCE, signal, async day => {
      const bars = await this.#barsOf(day, signal);
      if (bars.length > 0) found.push({ ...day, bars });
    });
    return found;
  }

  async #barsOf({ symbol, day, start }: DayOfBars, signal: AbortSignal): Promise<readonly string[]> {
    const { table, calendar } = this.#options;
    const { start: midnight } = calendar.days.at(start);
    // An evening may belong to the day after it.
    const from = calendar.tradingDate(midnight - 1) === day ? midnight - LONGEST_DAY : midnight;
    const range = { from, to: from + 2 * LONGEST_DAY, limit: MOST_BARS };
    const { bars } = await table.range({ symbol, timeframe: keptTimeframe, ...range }, signal);
    return bars.filter(bar => bar.final && calendar.tradingDate(bar.start) === day).map(({ text }) => text);
  }
}
