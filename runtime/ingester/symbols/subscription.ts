/** Which symbols a feed is asked for, and which slots that concerns. */

import type { Market } from '../../markets/names.ts';
import { faultOf } from '../../records/check.ts';
import { printable } from '../../records/show.ts';
import { slotsOf } from '../../records/slot-list.ts';
import { listedSymbolIn, symbolsIn } from '../../vendor/symbol-list.ts';

/** As much is shown of a list that is none, in characters. */
const SHOWN = 60;

/** What a change added and took away; `*` counts as one symbol. */
export interface SubscriptionChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** All symbols of the market, or a list, which may change. */
export class Subscription {
  #symbols: '*' | readonly string[];
  #set: ReadonlySet<string>;
  #slots: readonly number[];
  /** The watermark, epoch ms. */
  #through = Number.NEGATIVE_INFINITY;
  /** Symbols that joined while the feed ran, and the start (epoch ms) of the block in which they did. */
  readonly #joined = new Map<string, number>();
  /** Symbols that were removed before the watermark reached the end (epoch ms) of their last minute. */
  readonly #leaving = new Map<string, number>();
  /** Slots of symbols that were removed, and until when (epoch ms) their windows are open. */
  readonly #lingering = new Map<number, number>();

  constructor(symbols: '*' | readonly string[]) {
    this.#symbols = symbols;
    this.#set = new Set(symbols);
    this.#slots = slotsOf(symbols);
  }

  /** `*`, or the list in the order given. */
  get symbols(): '*' | readonly string[] {
    return this.#symbols;
  }

  /** The slots that hold a subscribed symbol, or one whose last windows are still open, ascending. */
  get slots(): readonly number[] {
    if (this.#lingering.size === 0) return this.#slots;
    return [...new Set([...this.#slots, ...this.#lingering.keys()])].sort((a, b) => a - b);
  }

  /** Whether a bar of the symbol is to be published: that of one which was just removed may still be on its way. */
  has(symbol: string): boolean {
    return this.#symbols === '*' || this.#set.has(symbol) || this.#leaving.has(symbol);
  }

  /** The start (epoch ms) of the first block that a symbol belongs to the feed in; 0 for those that always did. */
  since(symbol: string): number {
    return this.#joined.get(symbol) ?? this.#joined.get('*') ?? 0;
  }

  /** What would change if that list took the place of this one. */
  changeTo(symbols: '*' | readonly string[]): SubscriptionChange {
    const after = new Set(symbols);
    return {
      added: [...after].filter(symbol => !this.#set.has(symbol)),
      removed: [...this.#set].filter(symbol => !after.has(symbol)),
    };
  }

  /**
   * Puts another list in place.
   * @param block in which that happens: the last windows of what is removed close with it
   * @param ended the end (epoch ms) of the last minute that has ended: bars of it may still be on their way
   */
  replace(
    symbols: '*' | readonly string[],
    block: { readonly start: number; readonly end: number },
    ended: number,
  ): void {
    const { added, removed } = this.changeTo(symbols);
    for (const symbol of added) this.#joined.set(symbol, block.start);
    for (const symbol of removed) this.#joined.delete(symbol);
    if (ended > this.#through) for (const symbol of removed) this.#leaving.set(symbol, ended);
    for (const symbol of added) this.#leaving.delete(symbol);
    const removedFrom = this.#slots;
    this.#symbols = symbols;
    this.#set = new Set(symbols);
    this.#slots = slotsOf(symbols);
    for (const slot of removedFrom) this.#lingering.set(slot, block.end);
    for (const slot of this.#slots) this.#lingering.delete(slot);
  }

  /** To be told of every watermark: removed symbols' slots whose windows are all closed are let go. */
  watermark(through: number): void {
    this.#through = through;
    letGo(this.#lingering, through);
    letGo(this.#leaving, through);
  }
}

function letGo<T>(gone: Map<T, number>, through: number): void {
  for (const [each, until] of gone) if (through >= until) gone.delete(each);
}

/**
 * Reads `*` or a list with commas or blanks between its symbols; repeated symbols count once.
 * @param market whose tickers they have to be, as the vendor spells them anywhere. @default any
 * @throws RangeError that names the part that is not a symbol.
 */
export function subscriptionOf(text: string, market?: Market): Subscription {
  if (text.trim() === '*') return new Subscription('*');
  const symbols = new Set<string>();
  const refuse = (fault: string) =>
    new RangeError(`'${printable(text, SHOWN)}' is not a list of symbols: ${fault}; use * or AAPL,BRK.B`);
  for (const part of symbolsIn(text)) {
    const fault = faultOf(() => symbols.add(listedSymbolIn(part, market)));
    if (fault !== undefined) throw refuse(fault);
  }
  if (symbols.size === 0) throw refuse('it is empty');
  return new Subscription([...symbols]);
}
