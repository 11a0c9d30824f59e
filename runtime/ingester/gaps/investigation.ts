/** Fetches what is suspect, one symbol at a time; what cannot be had is declared, for it may have been traded. */
import type { Calendar } from '../../bars/calendar.ts';
import { Channel } from '../../platform/channel.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Backfill } from './backfill.ts';
import type { Missing } from './missing.ts';
import type { Suspicion } from './suspects.ts';

/** The most that waits; more is declared without being asked for. */
const WAITING = 20_000;

export interface InvestigationOptions {
  readonly calendar: Calendar;
  readonly backfill: Pick<Backfill, 'fetch'>;
  readonly missing: Pick<Missing, 'declare' | 'has'>;
  readonly logger: Logger;
}

export class Investigation {
  readonly #options: InvestigationOptions;
  #channel = new Channel<Suspicion>();
  /** Suspicions that wait, that were fetched, and that could not be fetched. */
  readonly counts = { waiting: 0, fetched: 0, failed: 0 };
  #failedInARow = 0;

  constructor(options: InvestigationOptions) {
    this.#options = options;
  }

  add(suspicion: Suspicion): void {
    this.counts.waiting++;
    this.#channel.send(suspicion);
  }

  /** Works until the signal aborts; what waits then is for the gaps of whoever comes next. */
  async run(signal: AbortSignal): Promise<void> {
    this.#channel = new Channel();
    this.counts.waiting = 0;
    this.#channel.closeOn(signal);
    for await (const suspicion of this.#channel) {
      this.counts.waiting--;
      try {
        await this.#look(suspicion, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async #look({ symbol, from, to }: Suspicion, signal: AbortSignal): Promise<void> {
    const { calendar, backfill, missing, logger } = this.#options;
    // What is declared is tried for until it comes.
    if (missing.has(symbol, { from, to })) return;
    const minutes = calendar.openMinutes(from, to);
    const isTooMuch = this.counts.waiting >= WAITING;
    const lost = isTooMuch ? [{ minutes }] : await backfill.fetch([symbol], { from, to, minutes }, signal);
    const isLost = lost.length > 0;
    this.counts[isLost ? 'failed' : 'fetched']++;
    this.#failedInARow = isLost ? this.#failedInARow + 1 : 0;
    if (this.#failedInARow === 1) {
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      logger.warn('minutes that seem to be missing could not be had: they are declared', { symbol, ...span });
    }
    for (const { minutes: lacking } of lost)
      await missing.declare({ minutes: lacking, slots: new Map(), symbols: new Set([symbol]) }, signal);
  }
}
