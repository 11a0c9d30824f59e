/** The most traded symbols of some sessions, without a symbol at the edge coming and going every day. Pure. */

export interface Rules {
  /** How many symbols there are to be. */
  readonly size: number;
  /** Who is in stays until its rank is below `size * (1 + hysteresis)`; who is not comes in at `size * (1 - hysteresis)`, or where there is room. */
  readonly hysteresis: number;
  /** Symbols that come in on one day, at most, once there is a list. */
  readonly changesPerDay: number;
}

export interface Universe {
  /** By what they trade, the most first. */
  readonly symbols: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * @param current the list as it stands; empty before the first
 * @param turnover what each symbol traded in a session, in the mean, in the market's currency; whoever did not trade is absent
 */
export function nextUniverse(
  current: readonly string[],
  turnover: ReadonlyMap<string, number>,
  { size, hysteresis, changesPerDay }: Rules,
): Universe {
  const ranked = [...turnover].toSorted(byTurnover).map(([symbol]) => symbol);
  const rankOf = new Map(ranked.map((symbol, index) => [symbol, index + 1]));
  const rank = (symbol: string) => rankOf.get(symbol) ?? Number.POSITIVE_INFINITY;
  const before = new Set(current);
  const stays = (symbol: string) => before.has(symbol) && rank(symbol) <= size * (1 + hysteresis);
  const comesIn = (symbol: string) => rank(symbol) <= size * (1 - hysteresis);
  const [first, rest] = parted(ranked, symbol => comesIn(symbol));
  const [kept, others] = parted(rest, stays);
  const wanted = new Set([...first, ...kept, ...others].slice(0, size));

  const coming = ranked.filter(symbol => wanted.has(symbol) && !before.has(symbol));
  const added = before.size === 0 ? coming : coming.slice(0, changesPerDay);
  const byNeed = [...before]
    .filter(symbol => !wanted.has(symbol))
    .toSorted((a, b) => rank(b) - rank(a) || order(a, b));
  // Whoever leaves makes room for whoever comes, the least traded first: the list is never shorter than it is to be for want of one who may come tomorrow.
  const surplus = Math.max(0, before.size + added.length - size);
  const removed = byNeed.slice(0, surplus);
  const gone = new Set(removed);
  const symbols = [...[...before].filter(symbol => !gone.has(symbol)), ...added];
  return { symbols: symbols.toSorted((a, b) => rank(a) - rank(b) || order(a, b)), added, removed };
}

/** The most first, and of equal ones by name, so that two runs say the same. */
function byTurnover(
  [a, traded]: readonly [string, number],
  [b, otherTraded]: readonly [string, number],
): number {
  return otherTraded - traded || order(a, b);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function parted<T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter(each => !isFirst(each))];
}
