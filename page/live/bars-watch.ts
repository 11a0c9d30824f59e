/** Follows the bars of one symbol and timeframe: all of them now and then, the newest in between, older ones when asked for. */
import type { Api } from '../api/api.ts';
import type { Query } from '../api/route.ts';
import type { Timeframe } from '../api/timeframes.ts';
import { Trouble } from '../api/trouble.ts';
import type { BarsAnswer } from '../api/types.ts';
import { BarBook, type Changes } from '../model/bar-book.ts';
import { Repeat } from './repeat.ts';

export interface Selection {
  readonly feed: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

export interface BarsEvents {
  onBars(changes: Changes): void;
  /** The API does not answer this question, and why. */
  onRefused(detail: string): void;
  onOutcome(trouble: Trouble | undefined): void;
}

export interface Pace {
  /** ms between two looks at the newest. */
  readonly poll: number;
  /** ms between two looks at everything that is shown. */
  readonly whole: number;
}

/** Bars of a page, and of a look at the newest. */
const PAGE = 500;
const NEWEST = 20;
/** Bars kept at most. */
const MOST = 10_000;

export class BarsWatch {
  readonly book = new BarBook();
  /** Everything that ends by then is known. */
  through: number | undefined;
  readonly #api: Api;
  readonly #query: Query;
  readonly selection: Selection;
  readonly #events: BarsEvents;
  readonly #pace: Pace;
  readonly #end = new AbortController();
  readonly #repeat: Repeat;
  #pages = 1;
  /** Of what is older than the oldest page. */
  #cursor: string | undefined;
  #wholeAt = Number.NEGATIVE_INFINITY;
  #isFetchingOlder = false;

  constructor(api: Api, selection: Selection, pace: Pace, events: BarsEvents) {
    this.#api = api;
    const { feed, symbol, timeframe } = selection;
    this.selection = selection;
    this.#query = { feed, symbols: symbol, timeframe, order: 'desc', open: true };
    this.#events = events;
    this.#pace = pace;
    const { signal } = this.#end;
    const onOutcome = (trouble: Trouble | undefined) => events.onOutcome(trouble);
    this.#repeat = new Repeat(() => this.#look(), { every: pace.poll, onOutcome, signal });
  }

  /** There are no bars older than those in the book. */
  get isFromBeginning(): boolean {
    return this.#cursor === undefined;
  }

  close(): void {
    this.#end.abort();
  }

  set paused(isPaused: boolean) {
    // Much may have happened meanwhile.
    if (!isPaused) this.#wholeAt = Number.NEGATIVE_INFINITY;
    this.#repeat.paused = isPaused;
  }

  /** Fetches another page of older bars, if there are any. */
  async older(): Promise<void> {
    if (this.#cursor === undefined || this.#isFetchingOlder || this.book.bars.length >= MOST) return;
    this.#isFetchingOlder = true;
    try {
      const answer = await this.#ask({ limit: PAGE, cursor: this.#cursor });
      this.#pages++;
      this.#cursor = answer.nextCursor;
      this.#take(answer, this.book.bars[0]?.start);
    } catch (error) {
      // The next look at everything says whether the server is gone; what it refuses, it will refuse again.
      if (error instanceof Trouble && error.kind === 'refused') this.#cursor = undefined;
      else if (!(error instanceof Trouble) && !this.#end.signal.aborted) throw error;
    } finally {
      this.#isFetchingOlder = false;
    }
  }

  async #look(): Promise<void> {
    try {
      const isDue = performance.now() - this.#wholeAt >= this.#pace.whole;
      if (isDue || !(await this.#takeNewest())) await this.#takeWhole();
    } catch (error) {
      if (error instanceof Trouble && error.kind === 'refused') this.#events.onRefused(error.message);
      throw error;
    }
  }

  /** @returns whether they join what is known */
  async #takeNewest(): Promise<boolean> {
    const newest = this.book.bars.at(-1);
    const answer = await this.#ask({ limit: NEWEST });
    const bars = answer.bars.get(this.selection.symbol) ?? [];
    const oldest = Math.min(...bars.map(({ start }) => start));
    if (bars.length >= NEWEST && newest !== undefined && oldest > newest.start) return false;
    this.#take(answer);
    return true;
  }

  async #takeWhole(): Promise<void> {
    const startedAt = performance.now();
    let cursor: string | undefined;
    for (let page = 0; page < this.#pages; page++) {
      const before = page === 0 ? undefined : this.book.bars[0]?.start;
      const answer = await this.#ask({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      cursor = answer.nextCursor;
      this.#take(answer, before);
      if (cursor === undefined) break;
    }
    this.#cursor = cursor;
    this.#wholeAt = startedAt;
  }

  #ask(more: Query): Promise<BarsAnswer> {
    return this.#api.bars.ask({ ...this.#query, ...more }, this.#end.signal);
  }

  #take({ bars, gaps, through }: BarsAnswer, before?: number): void {
    const { symbol } = this.selection;
    this.through = through ?? this.through;
    this.#events.onBars(this.book.take(bars.get(symbol) ?? [], gaps.get(symbol) ?? [], before));
  }
}
