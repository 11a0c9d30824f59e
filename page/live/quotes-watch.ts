/** Follows the last prices, and the lines of the day, of the symbols in sight. */
import type { Api } from '../api/api.ts';
import type { Trouble } from '../api/trouble.ts';
import type { Bar, Latest } from '../api/types.ts';
import type { DayOf } from '../model/trading-day.ts';
import type { Pace } from './bars-watch.ts';
import { Repeat } from './repeat.ts';

export interface QuotesEvents {
  onQuotes(): void;
  onOutcome(trouble: Trouble | undefined): void;
}

/** Symbols that one question may name. */
const ASKED_AT_ONCE = 50;
/** Points of a line: a day of stocks, from the first minute before the open to the last after the close. */
const LINE = { timeframe: '15m', limit: 64 } as const;

export class QuotesWatch {
  readonly #latest = new Map<string, Latest>();
  readonly #lines = new Map<string, readonly number[]>();
  readonly #api: Api;
  readonly #feed: string;
  readonly #events: QuotesEvents;
  readonly #end = new AbortController();
  readonly #repeats: readonly Repeat[];
  /** Cuts lines where the newest bar's day begins. */
  dayOf: DayOf = () => 0;
  #wanted: readonly string[] = [];

  constructor(api: Api, feed: string, pace: Pace, events: QuotesEvents) {
    this.#api = api;
    this.#feed = feed;
    this.#events = events;
    const { signal } = this.#end;
    const onOutcome = (trouble: Trouble | undefined) => events.onOutcome(trouble);
    this.#repeats = [
      new Repeat(() => this.#lookAtLatest(), { every: pace.poll, onOutcome, signal }),
      new Repeat(() => this.#lookAtLines(), { every: pace.whole, onOutcome: () => undefined, signal }),
    ];
  }

  latestOf(symbol: string): Latest | undefined {
    return this.#latest.get(symbol);
  }

  /** Closes of the day so far, oldest first. */
  lineOf(symbol: string): readonly number[] {
    return this.#lines.get(symbol) ?? [];
  }

  /** The symbols to follow from now on. */
  want(symbols: readonly string[]): void {
    const isNew = symbols.some(symbol => !this.#latest.has(symbol) || !this.#lines.has(symbol));
    this.#wanted = symbols;
    if (isNew) for (const repeat of this.#repeats) repeat.poke();
  }

  close(): void {
    this.#end.abort();
  }

  set paused(isPaused: boolean) {
    for (const repeat of this.#repeats) repeat.paused = isPaused;
  }

  async #lookAtLatest(): Promise<void> {
    for (const symbols of portions(this.#wanted)) {
      const query = { feed: this.#feed, symbols: symbols.join(',') };
      const answer = await this.#api.latest.ask(query, this.#end.signal);
      for (const symbol of symbols) this.#latest.set(symbol, answer.get(symbol) ?? {});
    }
    this.#events.onQuotes();
  }

  async #lookAtLines(): Promise<void> {
    for (const symbols of portions(this.#wanted)) {
      const query = { feed: this.#feed, symbols: symbols.join(','), ...LINE, order: 'desc' };
      const { bars } = await this.#api.bars.ask(query, this.#end.signal);
      for (const symbol of symbols) {
        this.#lines.set(symbol, this.#closesOf(bars.get(symbol) ?? []));
      }
    }
    this.#events.onQuotes();
  }

  #closesOf(bars: readonly Bar[]): number[] {
    const sorted = bars.toSorted((a, b) => a.start - b.start);
    const today = this.dayOf(sorted.at(-1)?.start ?? 0);
    return sorted.filter(({ start }) => this.dayOf(start) === today).map(({ close }) => close);
  }
}

function portions(symbols: readonly string[]): string[][] {
  const count = Math.ceil(symbols.length / ASKED_AT_ONCE);
  return Array.from({ length: count }, (_, n) => symbols.slice(n * ASKED_AT_ONCE, (n + 1) * ASKED_AT_ONCE));
}
