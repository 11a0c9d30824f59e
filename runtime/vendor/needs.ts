/** What this room needs of whoever uses it: what is wanted, and who numbers. */

/** What is asked for, which may change. */
export interface Wanted {
  /** All symbols of the market, or a list. */
  readonly symbols: '*' | readonly string[];
  /** Whether a bar of the symbol is to be handed on. */
  has(symbol: string): boolean;
}

/** Issues versions that only grow. */
export interface Numbering {
  next(): number;
}
