/** Takes up another list of symbols, from one ingester to the next or while one runs: what is new owes its block, what is gone still ends its own. */

import { MINUTE, minuteOf } from '../../markets/timeframe.ts';
import type { Windows } from '../../markets/window.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { awsBackoff, pauseAfter } from '../../platform/retry.ts';
import { slots as everySlot, slotOf } from '../../records/slot.ts';
import type { MissingPart } from '../../tables/lease/missing-table.ts';
import type { SymbolMemory } from '../../tables/lease/symbol-memory.ts';
import type { Subscription } from './subscription.ts';
import type { Universe } from './universe.ts';

type Symbols = '*' | readonly string[];

/** Who declares the minutes of new symbols. */
export interface Declaring {
  /** @returns fetches them. @throws the signal's reason */
  declare(part: MissingPart, signal: AbortSignal): Promise<(signal: AbortSignal) => Promise<unknown>>;
}

export interface ResubscriptionOptions {
  readonly clock: Clock;
  readonly windows: Windows;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** When (event time, epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
  readonly subscription: Subscription;
  readonly memory: Pick<SymbolMemory, 'load' | 'save'>;
  readonly universe: Pick<Universe, 'all'>;
  readonly feed: { resubscribe(): void };
  readonly uncovered: Declaring;
  /** What is to be subscribed to; undefined where a source tells, so that what was subscribed to last stays until it does. */
  readonly wanted: Symbols | undefined;
  readonly logger: Logger;
}

export class Resubscription {
  readonly #options: ResubscriptionOptions;
  #wanted: Symbols | undefined;
  /** While the lease is held. */
  #term: AbortSignal | undefined;
  #turn: Promise<void> = Promise.resolve();
  readonly #fetches = new Set<Promise<void>>();

  constructor(options: ResubscriptionOptions) {
    this.#options = options;
    this.#wanted = options.wanted;
  }

  /** Takes up the list now where this is the ingester that publishes, else when it comes to be. */
  async want(symbols: Symbols): Promise<void> {
    this.#wanted = symbols;
    const term = this.#term;
    // Others may have come by the time that it is its turn: only the newest counts.
    if (term && !term.aborted)
      await this.#inTurn(() => this.#change(this.#wanted ?? symbols, true, term), term);
    else this.#put(symbols);
  }

  /** Goes on with the list of the holder before, and changes it to the one that is wanted; while the signal lasts, changes are taken up at once. @throws the signal's reason */
  async takeOver(term: AbortSignal): Promise<void> {
    this.#term = term;
    await this.#inTurn(async () => {
      const before = await this.#load(term);
      const { subscription } = this.#options;
      if (before === undefined) return this.#save(subscription.symbols);
      const wanted = this.#wanted ?? before;
      this.#put(before);
      await this.#change(wanted, false, term);
    }, term);
  }

  /** Resolves when the minutes of all new symbols were asked for, or the term is over. */
  async settled(): Promise<void> {
    await this.#turn;
    await Promise.all(this.#fetches);
  }

  async #inTurn(work: () => Promise<void>, term: AbortSignal): Promise<void> {
    const turn = this.#turn.then(work).catch(error => {
      if (!term.aborted) throw error;
    });
    this.#turn = turn;
    await turn;
  }

  /** While nothing is published a list simply takes the place of another. */
  #put(symbols: Symbols): void {
    const { subscription } = this.#options;
    subscription.replace(symbols, { start: 0, end: 0 }, 0);
    subscription.watermark(0);
  }

  /** The block's minutes of new symbols are uncovered until the history has told them, which happens in the background. */
  async #change(symbols: Symbols, stands: boolean, term: AbortSignal): Promise<void> {
    const { clock, windows, delay, knownAt, subscription, feed, logger } = this.#options;
    const { added, removed } = subscription.changeTo(symbols);
    if (added.length + removed.length === 0) return;
    const fresh = added.length > 0 ? await this.#unseen(added, term) : undefined;
    const seen = clock.now() - delay;
    const block = windows.blockOf(minuteOf(seen));
    // The minute that runs may end before the vendor has acknowledged the new symbols.
    const end = minuteOf(seen) + MINUTE;
    const minutes = windows.calendar.openMinutes(block.start, end);
    // Before there is any watermark for them: their minutes so far were not seen.
    const fetch =
      fresh && minutes.length > 0 && (await this.#options.uncovered.declare({ minutes, ...fresh }, term));
    await this.#save(symbols);
    // Only a connection that stands may still bring the last minute of what is gone.
    subscription.replace(symbols, block, stands ? minuteOf(clock.now() - delay) : 0);
    feed.resubscribe();
    logger.info('the list of symbols has changed', { added: added.length, removed: removed.length });
    if (!fetch) return;
    const fetched = this.#fetch(fetch, knownAt(end), term).finally(() => this.#fetches.delete(fetched));
    this.#fetches.add(fetched);
  }

  async #fetch(
    fetch: (signal: AbortSignal) => Promise<unknown>,
    at: number,
    term: AbortSignal,
  ): Promise<void> {
    try {
      await this.#options.clock.until(at, term);
      await fetch(term);
    } catch (error) {
      if (!term.aborted) throw error;
    }
  }

  /** New slots as a whole; in slots that have watermarks already, the new symbols one by one. */
  async #unseen(
    added: readonly string[],
    term: AbortSignal,
  ): Promise<Pick<MissingPart, 'slots' | 'symbols'>> {
    const { subscription, universe } = this.#options;
    if (!added.includes('*')) return { slots: new Map(), symbols: new Set(added) };
    const all = (await universe.all(term))?.filter(symbol => !subscription.has(symbol));
    const known = new Set(subscription.slots);
    const bySlot = Map.groupBy(all ?? [], slotOf);
    const fresh = everySlot.filter(slot => !all || !known.has(slot));
    return {
      slots: new Map(fresh.map(slot => [slot, all && (bySlot.get(slot) ?? [])])),
      symbols: new Set((all ?? []).filter(symbol => known.has(slotOf(symbol)))),
    };
  }

  async #load(term: AbortSignal): Promise<Symbols | undefined> {
    const { memory, logger } = this.#options;
    for (let failures = 1; ; failures++) {
      try {
        return await memory.load();
      } catch (error) {
        logger.warn('the list of symbols of the holder before cannot be read', { cause: String(error) });
        await pauseAfter(failures, awsBackoff, term);
      }
    }
  }

  /** A list that could not be saved is taken for new once more by whoever comes next, which does no harm. */
  async #save(symbols: Symbols): Promise<void> {
    const { memory, logger } = this.#options;
    try {
      await memory.save(symbols);
    } catch (error) {
      logger.warn('the list of symbols cannot be saved', { cause: String(error) });
    }
  }
}
