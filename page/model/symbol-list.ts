/** Which symbols the list shows, and in what order: the watched ones first, then what the filter leaves. */

export interface Row {
  readonly symbol: string;
  readonly isWatched: boolean;
}

/**
 * @param symbols in the order of the API
 * @param watched in the order in which they were put there
 * @param filter any part of a name, whatever its case; names that begin with it come first
 */
export function rowsOf(symbols: readonly string[], watched: ReadonlySet<string>, filter: string): Row[] {
  const wanted = filter.trim().toLowerCase();
  const matching = wanted === '' ? symbols : symbols.filter(symbol => symbol.toLowerCase().includes(wanted));
  const known = new Set(matching);
  const first = [...watched].filter(symbol => known.has(symbol));
  const others = matching.filter(symbol => !watched.has(symbol));
  const begins = (symbol: string) => symbol.toLowerCase().startsWith(wanted);
  const ordered =
    wanted === '' ? others : [...others.filter(begins), ...others.filter(symbol => !begins(symbol))];
  return [
    ...first.map(symbol => ({ symbol, isWatched: true })),
    ...ordered.map(symbol => ({ symbol, isWatched: false })),
  ];
}

/** The neighbour of a symbol in the list, `by` rows away, and never beyond its ends. */
export function neighbourOf(
  rows: readonly Row[],
  symbol: string | undefined,
  by: number,
): string | undefined {
  const at = rows.findIndex(row => row.symbol === symbol);
  const to = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by));
  return rows[to]?.symbol;
}
