/** Follows which symbols a feed has bars of. */
import type { Api } from '../api/api.ts';
import type { Trouble } from '../api/trouble.ts';
import { Repeat } from './repeat.ts';

export interface SymbolsEvents {
  onSymbols(symbols: readonly string[]): void;
  onOutcome(trouble: Trouble | undefined): void;
}

/** ms between two looks once there are some. */
const EVERY = 5 * 60_000;
/** Pages read; a market of more symbols, such as options, is searched by the beginning of a name. */
const MOST_PAGES = 20;

export class SymbolsWatch {
  readonly #api: Api;
  readonly #feed: string;
  readonly #events: SymbolsEvents;
  readonly #end = new AbortController();
  readonly #repeat: Repeat;
  readonly #poll: number;
  #known = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isWhole = false;

  /** @param poll ms between two looks while there are none */
  constructor(api: Api, feed: string, poll: number, events: SymbolsEvents) {
    this.#api = api;
    this.#feed = feed;
    this.#poll = poll;
    this.#events = events;
    const { signal } = this.#end;
    const onOutcome = (trouble: Trouble | undefined) => events.onOutcome(trouble);
    this.#repeat = new Repeat(() => this.#look(), { every: poll, onOutcome, signal });
  }

  close(): void {
    this.#end.abort();
  }

  set paused(isPaused: boolean) {
    this.#repeat.paused = isPaused;
  }

  /** Looks for more names that begin so, where not all are known. */
  async search(prefix: string): Promise<void> {
    if (this.#isWhole || prefix === '') return;
    for (const spelling of new Set([prefix, prefix.toUpperCase()])) await this.#read({ prefix: spelling }, 1);
  }

  async #look(): Promise<void> {
    const isDue = performance.now() - this.#lookedAt >= (this.#known.size > 0 ? EVERY : this.#poll);
    if (!isDue) return;
    this.#isWhole = await this.#read({}, MOST_PAGES);
    this.#lookedAt = performance.now();
  }

  /** @returns whether those were all */
  async #read(query: { prefix?: string }, pages: number): Promise<boolean> {
    let cursor: string | undefined;
    for (let page = 0; page < pages; page++) {
      const answer = await this.#api.symbols.ask({ feed: this.#feed, ...query, cursor }, this.#end.signal);
      const before = this.#known.size;
      for (const symbol of answer.symbols) this.#known.add(symbol);
      if (this.#known.size > before || page === 0) this.#events.onSymbols([...this.#known]);
      cursor = answer.nextCursor;
      if (cursor === undefined) return true;
    }
    return false;
  }
}
