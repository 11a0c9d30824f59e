/** What the pipeline of one feed has done so far: kept up to date from its streams. */
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { type RolledTimeframe, rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import type { RolledBar } from '../../runtime/records/bar.ts';
import type { PassedOn } from './connection.ts';
import { ExchangeTime } from './exchange-time.ts';
import { Tally } from './tally.ts';

/** A finished window with the bars that have come for it. */
export interface FinishedWindow {
  readonly timeframe: RolledTimeframe;
  readonly start: number;
  readonly end: number;
  readonly bars: RolledBar[];
}

/** The numbers of a feed at one moment. */
export interface FeedCounts extends Partial<PassedOn> {
  /** Distinct minutes on the minutes stream. */
  readonly minutes: number;
  /** Distinct bars on the bars stream by timeframe, shortest first; none where the feed has no minutes. */
  readonly bars: Readonly<Record<string, number>>;
  /** Bars that the bar store has yet to keep, where there is one. */
  readonly toKeep?: number;
  /** Uncovered minute marks that stand. */
  readonly uncovered: number;
}

const LAST_BARS = 10;
/** A window whose bars have stopped coming for this long (wall ms) is shown. */
const SETTLED = 1_000;

/** `touched`: when its latest bar came, by the monotonic clock (ms). */
type OpenWindow = FinishedWindow & { touched: number };

export class FeedProgress {
  readonly feed: string;
  readonly market: Market;
  readonly tally: Tally;
  /** As people at its exchange read it. */
  readonly time: ExchangeTime;
  /** How the ingester is, while one is asked. */
  connection: string | undefined;
  /** What that said last of events that are passed on, where any are. */
  passedOn: PassedOn | undefined;
  /** Bars that are yet to be kept; undefined where nobody keeps any. */
  toKeep: () => number | undefined = () => undefined;
  readonly #lastBars: RolledBar[] = [];
  readonly #open = new Map<string, OpenWindow>();

  readonly #hasMinutes: boolean;

  constructor(feed: string, market: Market, hasMinutes = true) {
    this.feed = feed;
    this.#hasMinutes = hasMinutes;
    this.market = market;
    this.tally = new Tally(market);
    this.time = new ExchangeTime(calendarOf(market).timeZone);
  }

  /** Takes a bar whose identity is new. */
  finished(bar: RolledBar): void {
    this.#lastBars.unshift(bar);
    this.#lastBars.length = Math.min(this.#lastBars.length, LAST_BARS);
    const { timeframe, start, end } = bar;
    const key = `${timeframe}@${start}`;
    const window = this.#open.get(key) ?? { timeframe, start, end, bars: [], touched: 0 };
    window.bars.push(bar);
    window.touched = performance.now();
    this.#open.set(key, window);
  }

  /** The windows that every slot has closed and whose bars have stopped coming, or all at the end; each once, oldest first. */
  takeSettled(isLast = false): FinishedWindow[] {
    const latest = performance.now() - SETTLED;
    const isSettled = ({ end, touched }: OpenWindow) => touched <= latest && end <= this.tally.lowestThrough;
    const settled = [...this.#open].filter(([, window]) => isLast || isSettled(window));
    for (const [key] of settled) this.#open.delete(key);
    return settled.map(([, window]) => window).sort((a, b) => a.end - b.end || a.start - b.start);
  }

  /** The bars that were finished last, the newest first. */
  get lastBars(): readonly RolledBar[] {
    return this.#lastBars;
  }

  get counts(): FeedCounts {
    const toKeep = this.toKeep();
    const timeframes = this.#hasMinutes ? rolledTimeframes : [];
    return {
      minutes: this.tally.minutes,
      bars: Object.fromEntries(timeframes.map(each => [each, this.tally.barsOf(each)])),
      ...(toKeep !== undefined && { toKeep }),
      uncovered: this.tally.uncovered,
      ...this.passedOn,
    };
  }
}
