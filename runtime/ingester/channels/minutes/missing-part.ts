/** What could not be had, as it is declared, remembered and tried for again. */
import { slotOf } from '../../../records/slot.ts';
import type { MissingPart } from '../../../tables/lease/missing-table.ts';

/** Minutes (starts in epoch ms, ascending) that could not be had of these symbols. */
export interface Shortfall {
  readonly minutes: readonly number[];
  readonly symbols: readonly string[];
}

/** Collects who lacks which minutes; those who lack the same ones end in one shortfall. */
export class Shortfalls {
  readonly #alike = new Map<string, { readonly minutes: readonly number[]; readonly symbols: string[] }>();

  /** @param minutes starts, ascending; none for a symbol that lacks nothing */
  add(symbol: string, minutes: readonly number[]): void {
    if (minutes.length === 0) return;
    const key = minutes.join();
    const known = this.#alike.get(key);
    if (known) known.symbols.push(symbol);
    else this.#alike.set(key, { minutes, symbols: [symbol] });
  }

  get all(): readonly Shortfall[] {
    return [...this.#alike.values()];
  }
}

/** @param symbols all that were asked for. @returns one part for each shortfall */
export function partsOf(shortfalls: readonly Shortfall[], symbols: readonly string[]): MissingPart[] {
  const all = Map.groupBy(symbols, slotOf);
  return shortfalls.map(({ minutes, symbols: lost }) => {
    const slots = new Map<number, readonly string[]>();
    const alone = new Set<string>();
    for (const [slot, of] of Map.groupBy(lost, slotOf)) {
      if (of.length === all.get(slot)?.length) slots.set(slot, of);
      else for (const symbol of of) alone.add(symbol);
    }
    return { minutes, slots, symbols: alone };
  });
}
