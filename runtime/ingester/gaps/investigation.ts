/** Fetches what is suspect, one symbol at a time, behind everything that is more urgent. */
import { Channel } from '../../platform/channel.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Backfill } from './backfill.ts';
import type { Suspicion } from './suspects.ts';

/** The most that waits; more is logged and let go. */
const WAITING = 20_000;

export interface InvestigationOptions {
  readonly backfill: Backfill;
  readonly logger: Logger;
}

export class Investigation {
  readonly #options: InvestigationOptions;
  #channel = new Channel<Suspicion>();
  /** Suspicions that wait, that were fetched, and that could not be fetched. */
  readonly counts = { waiting: 0, fetched: 0, failed: 0 };

  constructor(options: InvestigationOptions) {
    this.#options = options;
  }

  add(suspicion: Suspicion): void {
    if (this.counts.waiting >= WAITING) {
      this.counts.failed++;
      this.#options.logger.warn('too much is suspect: these minutes are not fetched', { ...suspicion });
      return;
    }
    this.counts.waiting++;
    this.#channel.send(suspicion);
  }

  /** Works until the signal aborts; what waits then is for the gaps of whoever comes next. */
  async run(signal: AbortSignal): Promise<void> {
    const { backfill } = this.#options;
    this.#channel = new Channel();
    this.counts.waiting = 0;
    this.#channel.closeOn(signal);
    for await (const { symbol, ...range } of this.#channel) {
      this.counts.waiting--;
      try {
        const missing = await backfill.fetch([symbol], range, signal);
        this.counts[missing.length > 0 ? 'failed' : 'fetched']++;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }
}
