/** Takes up another list of symbols while the feed runs: what is new is asked for and owes its block, what is gone still ends its own. */
import { slots as everySlot, slotOf } from '../bars/slot.ts';
import { MINUTE, minuteOf } from '../bars/timeframe.ts';
import type { Windows } from '../bars/window.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Declarer } from './declarer.ts';
import type { Missing, MissingPart } from './missing.ts';
import type { Subscription } from './subscription.ts';
import type { Universe } from './universe.ts';

export interface ResubscriptionOptions {
  readonly clock: Clock;
  readonly windows: Windows;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** When (event time, epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
  /** Whether this is the ingester that publishes. */
  readonly isActive: () => boolean;
  readonly subscription: Subscription;
  readonly universe: Pick<Universe, 'all'>;
  readonly feed: { resubscribe(): void };
  readonly declarer: Declarer;
  /** Fetches the minutes of new symbols, now or later. */
  readonly missing: Pick<Missing, 'add'>;
  readonly logger: Logger;
}

export class Resubscription {
  readonly #options: ResubscriptionOptions;
  #fetches: readonly Promise<void>[] = [];

  constructor(options: ResubscriptionOptions) {
    this.#options = options;
  }

  /** While the feed does not run a list simply takes the place of another: the first start answers for its minutes. */
  begin(symbols: '*' | readonly string[]): void {
    const { subscription } = this.#options;
    subscription.replace(symbols, { start: 0, end: 0 }, 0);
    subscription.promised(0);
  }

  /**
   * Subscribes and unsubscribes on the connection that stands. The block's minutes of new symbols are uncovered until the
   * history has told them, which happens in the background. @throws the signal's reason
   */
  async change(symbols: '*' | readonly string[], signal: AbortSignal): Promise<void> {
    const { clock, windows, delay, knownAt, isActive, subscription, feed, missing, logger } = this.#options;
    if (!isActive()) return this.begin(symbols);
    const { added, removed } = subscription.changeTo(symbols);
    const fresh = added.length > 0 ? await this.#unseen(added, signal) : undefined;
    const seen = clock.now() - delay;
    const block = windows.blockOf(minuteOf(seen));
    // The minute that runs may end before the vendor has acknowledged the new symbols.
    const end = minuteOf(seen) + MINUTE;
    const minutes: number[] = [];
    for (let minute = block.start; minute < end; minute += MINUTE)
      if (windows.calendar.isOpen(minute)) minutes.push(minute);
    const part = fresh && minutes.length > 0 ? { minutes, ...fresh } : undefined;
    const fetch = part && (await this.#declare(part, missing, signal));
    subscription.replace(symbols, block, minuteOf(clock.now() - delay));
    feed.resubscribe();
    logger.info('the list of symbols has changed', { added: added.length, removed: removed.length });
    if (fetch) this.#fetches = [...this.#fetches, this.#fetch(fetch, knownAt(end), signal)];
  }

  /** Resolves when the minutes of all new symbols were asked for, or the signal of the change has aborted. */
  async settled(): Promise<void> {
    await Promise.all(this.#fetches);
  }

  async #fetch(fetch: (signal: AbortSignal) => Promise<void>, at: number, signal: AbortSignal) {
    try {
      await this.#options.clock.until(at, signal);
      await fetch(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Before anything is promised for them: their minutes so far were not seen. */
  async #declare(part: MissingPart, missing: Pick<Missing, 'add'>, signal: AbortSignal) {
    const fetch = await missing.add(part);
    const { minutes, slots, symbols } = part;
    await this.#options.declarer.tell(
      { minutes, slots: [...slots.keys()], symbols: [...symbols], covered: false },
      signal,
    );
    return fetch;
  }

  /** New slots as a whole; in slots that are promised for already, the new symbols one by one. */
  async #unseen(
    added: readonly string[],
    signal: AbortSignal,
  ): Promise<Pick<MissingPart, 'slots' | 'symbols'>> {
    const { subscription, universe } = this.#options;
    if (!added.includes('*')) return { slots: new Map(), symbols: new Set(added) };
    const all = (await universe.all(signal))?.filter(symbol => !subscription.has(symbol));
    const known = new Set(subscription.slots);
    const bySlot = Map.groupBy(all ?? [], slotOf);
    return {
      slots: new Map(
        everySlot
          .filter(slot => !all || !known.has(slot))
          .map(slot => [slot, all && (bySlot.get(slot) ?? [])]),
      ),
      symbols: new Set((all ?? []).filter(symbol => known.has(slotOf(symbol)))),
    };
  }
}
