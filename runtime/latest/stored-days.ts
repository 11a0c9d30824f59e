/** What the table of bars has of a day whose list is not in Redis: its first bars, or all of them on a server that has lost its memory. */
import { MINUTE } from '../markets/timeframe.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { BarTable } from '../tables/bars/bar-table.ts';
import type { DayOfBars } from './merge-day.ts';
import { keptTimeframe } from './names.ts';

/** As many requests as connections are kept. */
const AT_ONCE = 32;

export class StoredDays {
  readonly #table: Pick<BarTable, 'range'>;

  constructor(table: Pick<BarTable, 'range'>) {
    this.#table = table;
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

  async #barsOf({ symbol, day }: DayOfBars, signal: AbortSignal): Promise<readonly string[]> {
    const { start: from, end: to } = day;
    // However windows are cut, no minute has two.
    const range = { from, to, limit: (to - from) / MINUTE };
    const { bars } = await this.#table.range({ symbol, timeframe: keptTimeframe, ...range }, signal);
    return bars.filter(bar => bar.final).map(({ text }) => text);
  }
}
