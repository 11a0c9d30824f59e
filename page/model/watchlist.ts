/** The symbols that a person watches, by feed, in the order in which they were put there; kept by the browser. */
import { attempt, type Keeper } from './keeper.ts';

const NONE: ReadonlySet<string> = new Set();
const KEY = 'barflow watchlist';

export class Watchlist {
  readonly #keeper: Keeper | undefined;
  readonly #byFeed = new Map<string, ReadonlySet<string>>();

  constructor(keeper: Keeper | undefined) {
    this.#keeper = keeper;
  }

  of(feed: string | undefined): ReadonlySet<string> {
    if (feed === undefined) return NONE;
    const known = this.#byFeed.get(feed) ?? this.#read(feed);
    this.#byFeed.set(feed, known);
    return known;
  }

  /** Puts the symbol on the list, or takes it off. */
  toggle(feed: string, symbol: string): void {
    const watched = new Set(this.of(feed));
    if (!watched.delete(symbol)) watched.add(symbol);
    this.#byFeed.set(feed, watched);
    attempt(() => this.#keeper?.setItem(`${KEY} ${feed}`, JSON.stringify([...watched])));
  }

  #read(feed: string): ReadonlySet<string> {
    const kept: unknown = attempt(() => JSON.parse(this.#keeper?.getItem(`${KEY} ${feed}`) ?? '[]'));
    return new Set(Array.isArray(kept) ? kept.filter(symbol => typeof symbol === 'string') : []);
  }
}
