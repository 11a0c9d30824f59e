/** The symbols that a feed has shown, kept beside the lease: whoever holds that next knows them, too. One item a slot. */
import type { Item, LeaseItems } from './lease-items.ts';

/** Symbols of one slot, and the week (since 1970) in which each was last shown. */
export type ShownOfSlot = ReadonlyMap<string, number>;

/** How many weeks are looked back on for what is to be let go. */
const FORGOTTEN_WEEKS = 4;
/** Before the number of a week, each of which has an attribute with a set of symbols. */
const WEEK = 'week';

export class ShownTable {
  readonly #items: LeaseItems;

  constructor(items: LeaseItems) {
    this.#items = items;
  }

  /** What was saved, slot by slot. @throws when the table does not answer in time, or is another's */
  async load(): Promise<ShownOfSlot[]> {
    return [...(await this.#items.all('shown')).values()].map(shownIn);
  }

  /**
   * Adds what was shown of a slot to what others have added, and lets go what was last shown before a week.
   * @throws when it is not known whether it was saved
   */
  async add(slot: number, shown: ShownOfSlot, before: number): Promise<void> {
    const byWeek = [...Map.groupBy(shown.keys(), symbol => shown.get(symbol) ?? 0)];
    await this.#items.update('shown', String(slot), {
      add: Object.fromEntries(byWeek.map(([week, symbols]) => [`${WEEK}${week}`, { SS: symbols }])),
      remove: Array.from({ length: FORGOTTEN_WEEKS }, (_, ago) => `${WEEK}${before - 1 - ago}`),
    });
  }
}

function shownIn(item: Item): ShownOfSlot {
  return new Map(
    Object.entries(item)
      .flatMap(([name, { SS = [] }]) => SS.map(symbol => [symbol, Number(name.slice(WEEK.length))] as const))
      .sort(([, a], [, b]) => a - b),
  );
}
