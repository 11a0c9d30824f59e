/** What expressions are made of, as they are written: names behind `#` and values behind `:` are not known yet. */

/** Where a value is in an item: names, of which some stand for others, and places in lists. */
export type WrittenPath = readonly (string | number)[];

export type Operand =
  | { readonly kind: 'path'; readonly path: WrittenPath }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare';
      readonly by: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly of: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly of: Operand; readonly among: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] };

/** What a SET assigns. */
export type Term =
  | Operand
  | { readonly kind: 'sum'; readonly sign: '+' | '-'; readonly left: Operand; readonly right: Operand };

export type Change =
  | { readonly section: 'SET'; readonly path: WrittenPath; readonly term: Term }
  | { readonly section: 'REMOVE'; readonly path: WrittenPath }
  | { readonly section: 'ADD' | 'DELETE'; readonly path: WrittenPath; readonly name: string };
