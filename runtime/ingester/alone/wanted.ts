/** What is subscribed to, and which of it is passed on: the vendor knows symbols and `*`, patterns are for this side. */
import type { Market } from '../../markets/names.ts';
import { passedOnRows } from '../../vendor/channels/table.ts';
import { type Pattern, patternsIn } from '../sinks/passed-on/selection.ts';

export interface Wanted {
  /** What is passed on. */
  readonly patterns: readonly Pattern[];
  /** All symbols or some, by kind: what the vendor is asked for. */
  readonly byKind: ReadonlyMap<string, '*' | readonly string[]>;
}

/** @throws RangeError for what is no pattern, and for kinds that the market does not have */
export function wantedIn(text: string, market: Market): Wanted {
  const patterns = patternsIn(text);
  for (const { kind } of patterns) expectKind(kind, market);
  const byKind = new Map<string, '*' | readonly string[]>();
  for (const [kind, those] of Map.groupBy(patterns, each => each.kind)) {
    const symbols = [...new Set(those.map(each => each.symbols))];
    byKind.set(kind, symbols.some(each => each.includes('*')) ? '*' : symbols);
  }
  return { patterns, byKind };
}

/** Everything of the kind that each market has. */
export function everyMinute(market: Market): Wanted {
  return wantedIn(`${passedOnRows[market][0].kind}.*`, market);
}

function expectKind(kind: string, market: Market): void {
  const kinds = passedOnRows[market].map(row => row.kind);
  if (!kinds.includes(kind))
    throw new RangeError(`'${kind}' is no kind of events of ${market}: use ${kinds.join(', ')}`);
}
