/** Everything that is followed for what is chosen: status, symbols, quotes, bars; opened and closed as the choice changes. */
import type { Api } from '../api/api.ts';
import type { Timeframe } from '../api/timeframes.ts';
import type { Trouble } from '../api/trouble.ts';
import type { FeedStatus } from '../api/types.ts';
import type { Changes } from '../model/bar-book.ts';
import { type ServerHealth, ServerMeter } from '../model/server-health.ts';
import { BarsWatch, type Pace } from './bars-watch.ts';
import { QuotesWatch } from './quotes-watch.ts';
import { Repeat } from './repeat.ts';
import { SessionsWatch } from './sessions-watch.ts';
import { SymbolsWatch } from './symbols-watch.ts';

export interface WatchesEvents {
  /** Anything but bars and quotes. */
  onChange(): void;
  onBars(changes: Changes): void;
  onQuotes(): void;
}

export interface Followed {
  readonly feed: string | undefined;
  readonly symbol: string | undefined;
  readonly timeframe: Timeframe;
}

export class Watches {
  feeds: readonly FeedStatus[] = [];
  /** Absent until they are known. */
  symbols: readonly string[] | undefined;
  /** Why the API does not answer for these bars. */
  refusal: string | undefined;
  bars: BarsWatch | undefined;
  quotes: QuotesWatch | undefined;
  /** Absent while nobody looks at them. */
  sessions: SessionsWatch | undefined;
  /** Whether the bars have been answered for. */
  hasBars = false;
  readonly #api: Api;
  readonly #pace: Pace;
  readonly #events: WatchesEvents;
  readonly #meter = new ServerMeter();
  readonly #status: Repeat;
  #names: SymbolsWatch | undefined;
  #followed: Followed = { feed: undefined, symbol: undefined, timeframe: '5m' };

  constructor(api: Api, pace: Pace, events: WatchesEvents) {
    this.#api = api;
    this.#pace = pace;
    this.#events = events;
    const look = async (signal: AbortSignal) => {
      this.feeds = await api.status.ask({}, signal);
    };
    const { signal } = new AbortController();
    const told = this.#outcomeOf('status');
    const onOutcome = (trouble: Trouble | undefined) => {
      // Where not even feeds are told of there is nothing else to ask.
      if (this.#followed.feed === undefined)
        this.refusal = trouble?.kind === 'refused' ? trouble.message : undefined;
      told(trouble);
    };
    this.#status = new Repeat(look, { every: pace.poll, onOutcome, signal });
  }

  get server(): ServerHealth {
    return this.#meter.health;
  }

  /** What to follow from now on. */
  follow(next: Followed): void {
    const before = this.#followed;
    this.#followed = next;
    const isOtherFeed = next.feed !== before.feed;
    if (isOtherFeed) this.#followFeed(next.feed);
    if (isOtherFeed && this.sessions) this.followsSessions = true;
    if (isOtherFeed || next.symbol !== before.symbol || next.timeframe !== before.timeframe)
      this.#followBars(next);
  }

  /** Asks for everything now. */
  set paused(isPaused: boolean) {
    for (const watch of [this.#status, this.#names, this.quotes, this.sessions, this.bars])
      if (watch) watch.paused = isPaused;
  }

  /** Whether somebody looks at the record of sessions. */
  set followsSessions(doesFollow: boolean) {
    this.sessions?.close();
    const { feed } = this.#followed;
    const isWanted = doesFollow && feed !== undefined;
    this.sessions = isWanted
      ? new SessionsWatch(this.#api, feed, this.#pace.poll, () => this.#events.onChange())
      : undefined;
  }

  search(prefix: string): void {
    // What goes wrong with it shows in everything else that is asked.
    this.#names?.search(prefix).catch(() => undefined);
  }

  #followFeed(feed: string | undefined): void {
    this.#names?.close();
    this.quotes?.close();
    this.symbols = undefined;
    if (feed === undefined) return;
    this.#names = new SymbolsWatch(this.#api, feed, this.#pace.poll, {
      onSymbols: symbols => {
        this.symbols = symbols;
        this.#events.onChange();
      },
      onOutcome: this.#outcomeOf('symbols'),
    });
    this.quotes = new QuotesWatch(this.#api, feed, this.#pace, {
      onQuotes: this.#events.onQuotes,
      onOutcome: this.#outcomeOf('quotes'),
    });
  }

  #followBars({ feed, symbol, timeframe }: Followed): void {
    this.bars?.close();
    this.#meter.forget('bars');
    this.bars = undefined;
    this.hasBars = false;
    this.refusal = undefined;
    if (feed === undefined || symbol === undefined) return;
    const watch = new BarsWatch(this.#api, { feed, symbol, timeframe }, this.#pace, {
      onBars: changes => {
        if (this.bars !== watch) return;
        const isFirst = !this.hasBars || this.refusal !== undefined;
        this.hasBars = true;
        this.refusal = undefined;
        if (isFirst || changes.any) this.#events.onBars(changes);
      },
      onRefused: detail => {
        this.refusal = detail;
      },
      onOutcome: this.#outcomeOf('bars'),
    });
    this.bars = watch;
  }

  #outcomeOf(question: string): (trouble: Trouble | undefined) => void {
    return trouble => {
      this.#meter.note(question, trouble, Date.now());
      this.#events.onChange();
    };
  }
}
