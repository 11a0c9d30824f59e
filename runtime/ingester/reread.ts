/** Fetches once more what may have been sent again while nobody listened. Nothing waits for it: each minute is there already. */
import type { Calendar } from '../bars/calendar.ts';
import { Channel } from '../platform/channel.ts';
import type { Logger } from '../platform/logger.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Universe } from './universe.ts';

export interface RereadOptions {
  readonly calendar: Calendar;
  readonly universe: Pick<Universe, 'symbols'>;
  readonly backfill: Pick<Backfill, 'fetch'>;
  readonly logger: Logger;
}

export class Reread {
  readonly #options: RereadOptions;
  #asked = new Channel<'again'>();
  /** What is to be read, epoch ms; what is asked for while another round is under way is read in one. */
  #due: { readonly from: number; readonly to: number } | undefined;

  constructor(options: RereadOptions) {
    this.#options = options;
  }

  /** Nobody listened in `[from, to)`, epoch ms, in which no minute was missed. */
  add(from: number, to: number): void {
    const { from: earlier = from, to: later = to } = this.#due ?? {};
    this.#due = { from: Math.min(from - LEAD, earlier), to: Math.max(to, later) };
    this.#asked.send('again');
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#asked = new Channel();
    this.#asked.closeOn(signal);
    this.#due = undefined;
    try {
      for await (const _ of this.#asked) await this.#read(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { calendar, universe, backfill, logger } = this.#options;
    const range = this.#due;
    this.#due = undefined;
    if (!range || calendar.openMinutes(range.from, range.to).length === 0) return;
    const symbols = await universe.symbols(signal);
    const failed = symbols && (await backfill.fetch(symbols, range, signal));
    if (failed?.length === 0) return;
    logger.warn('corrections sent while the feed reconnected may be missing', {
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
      symbols: failed?.length ?? 'all',
    });
  }
}
