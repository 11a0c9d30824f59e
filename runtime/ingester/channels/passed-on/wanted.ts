/** What is subscribed to, and which of it is passed on: the vendor knows symbols and `*`, patterns are for this side. */
import type { Market } from '../../../markets/names.ts';
import { type PassedOnRow, passedOnRows } from '../../../vendor/channels/table.ts';
import { type Pattern, patternsIn } from '../../sinks/passed-on/selection.ts';

export interface Wanted {
  /** What is passed on. */
  readonly patterns: readonly Pattern[];
  /** All symbols or some, by kind: what the vendor is asked for. */
  readonly byKind: ReadonlyMap<string, '*' | readonly string[]>;
}

/** @throws RangeError for what is no pattern, for kinds that the market does not have, and for more symbols than the vendor gives of one */
export function wantedIn(text: string, market: Market): Wanted {
  const patterns = patternsIn(text);
  for (const { kind } of patterns) expectKind(kind, market);
  const byKind = new Map<string, '*' | readonly string[]>();
  for (const [kind, those] of Map.groupBy(patterns, each => each.kind)) {
    const symbols = [...new Set(those.map(each => each.symbols))];
    byKind.set(kind, symbols.some(each => each.includes('*')) ? '*' : symbols);
  }
  for (const row of passedOnRows[market]) expectFew(row, byKind.get(row.kind) ?? [], market);
  return { patterns, byKind };
}

/** Everything of the kind that each market has. */
export function everyMinute(market: Market): Wanted {
  return wantedIn(`${passedOnRows[market][0].kind}.*`, market);
}

function expectFew({ kind, limit }: PassedOnRow, symbols: '*' | readonly string[], market: Market): void {
  const count = symbols === '*' ? Number.POSITIVE_INFINITY : symbols.length;
  if (limit !== undefined && count > limit)
    throw new RangeError(
      `${kind} of ${symbols === '*' ? 'all' : count} ${market}: the vendor sends it of ${limit} at the most: name those`,
    );
}

function expectKind(kind: string, market: Market): void {
  const kinds = passedOnRows[market].map(row => row.kind);
  if (!kinds.includes(kind))
    throw new RangeError(`'${kind}' is no kind of events of ${market}: use ${kinds.join(', ')}`);
}
