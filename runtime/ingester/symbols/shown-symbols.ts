/** Every symbol that the feed has shown: the vendor's list does not name all that it sends. */

import { MINUTE, minuteOf } from '../../markets/timeframe.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { awsBackoff, pauseAfter } from '../../platform/retry.ts';
import { slotOf } from '../../records/slot.ts';
import type { ShownTable } from '../../tables/lease/shown-table.ts';

const WEEK = 7 * 24 * 60 * MINUTE;
/** What was not shown for so many weeks is forgotten. */
const KEPT_WEEKS = 4;
/** The most of a slot that are kept: names of every week of so many fit into an item. */
const MOST = 2_000;
/** How long (ms of event time) after the start of a minute the symbols of the one before are saved: its bars have come by then. */
const SAVED_AFTER = 10_000;

export interface ShownSymbolsOptions {
  readonly clock: Clock;
  readonly table: Pick<ShownTable, 'load' | 'add'>;
  readonly logger: Logger;
}

export class ShownSymbols {
  readonly #options: ShownSymbolsOptions;
  readonly #bySlot = new Map<number, Map<string, number>>();
  /** By slot, those that the table does not know of yet. */
  readonly #unsaved = new Map<number, Map<string, number>>();
  #isLoaded = false;

  constructor(options: ShownSymbolsOptions) {
    this.#options = options;
  }

  /** Others may have seen more meanwhile: the table tells. */
  forget(): void {
    this.#isLoaded = false;
  }

  /** The feed has shown a bar of the symbol that starts then (epoch ms). */
  note(symbol: string, start: number): void {
    const slot = slotOf(symbol);
    const week = Math.floor(start / WEEK);
    if (!this.#isNew(slot, symbol, week)) return;
    const unsaved = this.#unsaved.get(slot) ?? new Map<string, number>();
    this.#unsaved.set(slot, unsaved.set(symbol, week));
  }

  /** All of them, those that others have seen included. @throws the signal's reason */
  async symbols(signal: AbortSignal): Promise<readonly string[]> {
    await this.#load(signal);
    return [...this.#bySlot.values()].flatMap(shown => [...shown.keys()]);
  }

  /** Saves what is new every minute, until the signal aborts, and then once more. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.until(minuteOf(clock.now()) + MINUTE + SAVED_AFTER, signal).catch(error => {
        if (!signal.aborted) throw error;
      });
      await this.#save();
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { table, logger } = this.#options;
    for (let failures = 1; !this.#isLoaded; failures++) {
      try {
        for (const shown of await table.load())
          for (const [symbol, week] of shown) this.#isNew(slotOf(symbol), symbol, week);
        this.#isLoaded = true;
      } catch (error) {
        if (failures === 1)
          logger.warn('the symbols that were shown cannot be read', { cause: String(error) });
        await pauseAfter(failures, awsBackoff, signal);
      }
    }
  }

  #isNew(slot: number, symbol: string, week: number): boolean {
    const shown = this.#bySlot.get(slot) ?? new Map<string, number>();
    const known = shown.get(symbol);
    if (known === undefined ? shown.size >= MOST : known >= week) return false;
    this.#bySlot.set(slot, shown.set(symbol, week));
    return true;
  }

  async #save(): Promise<void> {
    const { clock, table, logger } = this.#options;
    const oldest = Math.floor(clock.now() / WEEK) - KEPT_WEEKS;
    for (const [slot, unsaved] of [...this.#unsaved]) {
      this.#unsaved.delete(slot);
      try {
        await table.add(slot, unsaved, oldest);
      } catch (error) {
        const since = this.#unsaved.get(slot) ?? [];
        this.#unsaved.set(slot, new Map([...unsaved, ...since]));
        logger.warn('the symbols that were shown cannot be saved', { cause: String(error) });
        return;
      }
      const shown = this.#bySlot.get(slot);
      for (const [symbol, week] of shown ?? []) if (week < oldest) shown?.delete(symbol);
    }
  }
}
