/** Which symbols a feed is asked for, and which slots that concerns. */
import { faultOf, symbolIn } from '../bars/check.ts';
import { slotOf, slots } from '../bars/slot.ts';

/** All symbols of the market, or a fixed list. */
export class Subscription {
  /** `*`, or the list in the order given. */
  readonly symbols: '*' | readonly string[];
  /** The slots that hold a subscribed symbol, ascending. */
  readonly slots: readonly number[];
  readonly #set: ReadonlySet<string>;

  constructor(symbols: '*' | readonly string[]) {
    this.symbols = symbols;
    this.#set = new Set(symbols === '*' ? [] : symbols);
    this.slots = symbols === '*' ? slots : [...new Set(symbols.map(slotOf))].sort((a, b) => a - b);
  }

  has(symbol: string): boolean {
    return this.symbols === '*' || this.#set.has(symbol);
  }
}

/**
 * Reads `*` or a comma-separated list; repeated symbols count once.
 * @throws RangeError that names the part that is not a symbol.
 */
export function subscriptionOf(text: string): Subscription {
  if (text.trim() === '*') return new Subscription('*');
  const symbols = [...new Set(text.split(',').map(symbol => symbol.trim()))];
  for (const symbol of symbols) {
    const fault = symbol.includes('*')
      ? `symbol is "${symbol}": * stands alone`
      : faultOf(() => symbolIn(symbol));
    if (fault !== undefined)
      throw new RangeError(`'${text}' is not a list of symbols: ${fault}; use * or AAPL,BRK.B`);
  }
  return new Subscription(symbols);
}
