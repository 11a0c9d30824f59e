/** Fetches what is suspect, one symbol at a time; what cannot be had is declared, for it may have been traded. */
import type { Calendar } from '../../../markets/calendar.ts';
import { Channel } from '../../../platform/channel.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Backfill } from './backfill.ts';
import type { Suspects, Suspicion } from './suspects.ts';
import type { Missing } from './uncovered.ts';

export interface InvestigationOptions {
  readonly calendar: Calendar;
  readonly suspects: Pick<Suspects, 'take'>;
  readonly backfill: Pick<Backfill, 'fetch'>;
  readonly missing: Pick<Missing, 'declare' | 'has'>;
  /** Resolves when no gap is being filled. @throws the signal's reason */
  readonly idle: (signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

export class Investigation {
  readonly #options: InvestigationOptions;
  #channel = new Channel<string>();
  /** Symbols that are suspect and wait, and suspicions that were fetched, and that could not be fetched. */
  readonly counts = { waiting: 0, fetched: 0, failed: 0 };
  #failedInARow = 0;

  constructor(options: InvestigationOptions) {
    this.#options = options;
  }

  /** The symbol has become suspect. */
  add(symbol: string): void {
    this.counts.waiting++;
    this.#channel.send(symbol);
  }

  /** Works until the signal aborts; what waits then is for the gaps of whoever comes next. */
  async run(signal: AbortSignal): Promise<void> {
    const { suspects, idle } = this.#options;
    this.#channel = new Channel();
    this.counts.waiting = 0;
    this.#channel.closeOn(signal);
    for await (const symbol of this.#channel) {
      try {
        // What a gap's filling brings may explain all of it.
        await idle(signal);
        const suspicion = suspects.take(symbol);
        if (suspicion) await this.#look(suspicion, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      this.counts.waiting--;
    }
  }

  async #look({ symbol, from, to }: Suspicion, signal: AbortSignal): Promise<void> {
    const { calendar, backfill, missing, logger } = this.#options;
    // What is declared is tried for until it comes.
    const minutes = calendar.openMinutes(from, to).filter(minute => !missing.has(symbol, minute));
    if (minutes.length === 0) return;
    const lost = await backfill.fetch([symbol], { from, to, minutes }, signal);
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
