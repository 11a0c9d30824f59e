/** Takes up another list of symbols while the feed runs: what is new is asked for and owes its block, what is gone still ends its own. */
import { MINUTE, minuteOf } from '../bars/timeframe.ts';
import type { Windows } from '../bars/window.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Backfill } from './backfill.ts';
import type { Declarer } from './declarer.ts';
import type { Subscription } from './subscription.ts';

export interface ResubscriptionOptions {
  readonly clock: Clock;
  readonly windows: Windows;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** Whether this is the ingester that publishes. */
  readonly isActive: () => boolean;
  readonly subscription: Subscription;
  readonly feed: { resubscribe(): void };
  readonly backfill: Pick<Backfill, 'fetch'>;
  readonly declarer: Declarer;
  readonly logger: Logger;
}

export class Resubscription {
  readonly #options: ResubscriptionOptions;

  constructor(options: ResubscriptionOptions) {
    this.#options = options;
  }

  /** While the feed does not run a list simply takes the place of another: the first start answers for its minutes. */
  begin(symbols: '*' | readonly string[]): void {
    this.#options.subscription.replace(symbols, Number.NEGATIVE_INFINITY);
    this.#options.subscription.promised(0);
  }

  /**
   * Subscribes and unsubscribes on the connection that stands. The block's minutes of new symbols are uncovered until the
   * history has told them. @throws the signal's reason
   */
  async change(symbols: '*' | readonly string[], signal: AbortSignal): Promise<void> {
    const { clock, windows, delay, isActive, subscription, feed, backfill, declarer, logger } = this.#options;
    if (!isActive()) return this.begin(symbols);
    const seen = clock.now() - delay;
    const block = windows.blockOf(minuteOf(seen));
    const slotsBefore = new Set(subscription.slots);
    const { added, removed } = subscription.replace(symbols, block.end);
    feed.resubscribe();
    logger.info('the list of symbols has changed', { added: added.length, removed: removed.length });
    if (added.length === 0) return;
    const range = { from: block.start, to: Math.ceil((seen - MINUTE) / MINUTE) * MINUTE };
    const minutes: number[] = [];
    for (let minute = range.from; minute < range.to; minute += MINUTE)
      if (windows.calendar.isOpen(minute)) minutes.push(minute);
    const named = added.filter(symbol => symbol !== '*');
    const slots =
      named.length < added.length ? subscription.slots.filter(slot => !slotsBefore.has(slot)) : [];
    await declarer.tell({ minutes, slots, symbols: named, covered: false }, signal);
    const missing = new Set(await backfill.fetch(named, range, signal));
    const had = named.filter(symbol => !missing.has(symbol));
    await declarer.tell({ minutes, slots: [], symbols: had, covered: true }, signal);
    if (missing.size > 0)
      logger.warn('minutes of new symbols stay uncovered', {
        symbols: missing.size,
        minutes: minutes.length,
      });
  }
}
