/** What the pipeline has done so far, as a person wants to see it: kept up to date from the streams, read by every display. */
import type { RolledBar } from '../../runtime/bars/bar.ts';
import { type RolledTimeframe, rolledTimeframes } from '../../runtime/bars/timeframe.ts';
import type { Tally } from '../tally.ts';

/** A finished window with the bars that have come for it. */
export interface FinishedWindow {
  readonly timeframe: RolledTimeframe;
  readonly start: number;
  readonly end: number;
  readonly bars: RolledBar[];
}

/** The numbers of one moment; also the body of `GET /status`. */
export interface Snapshot {
  /** `starting`, `connected`, `importing`, `ended`, or what stands in the way. */
  readonly state: string;
  /** Event time as ISO 8601; absent for imports, which know none. */
  readonly eventTime?: string;
  /** Distinct minutes on the minutes stream. */
  readonly minutes: number;
  /** Distinct bars on the bars stream by timeframe. */
  readonly bars: Readonly<Record<string, number>>;
  /** Uncovered minute marks that stand. */
  readonly uncovered: number;
  /** The bars that were finished last, the newest first. */
  readonly lastBars: readonly RolledBar[];
}

const LAST_BARS = 10;
/** A window whose bars have stopped coming for this long (wall ms) is shown. */
const SETTLED = 1_000;

/** `touched`: when its latest bar came, by the monotonic clock (ms). */
type OpenWindow = FinishedWindow & { touched: number };

export class Progress {
  state = 'starting';
  /** The event clock, where there is one. */
  eventTime: (() => number) | undefined;
  readonly #tally: Tally;
  readonly #lastBars: RolledBar[] = [];
  readonly #open = new Map<string, OpenWindow>();

  constructor(tally: Tally) {
    this.#tally = tally;
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
    const isSettled = ({ end, touched }: OpenWindow) => touched <= latest && end <= this.#tally.lowestThrough;
    const settled = [...this.#open].filter(([, window]) => isLast || isSettled(window));
    for (const [key] of settled) this.#open.delete(key);
    return settled.map(([, window]) => window).sort((a, b) => a.end - b.end || a.start - b.start);
  }

  snapshot(): Snapshot {
    return {
      state: this.state,
      ...(this.eventTime ? { eventTime: new Date(this.eventTime()).toISOString() } : {}),
      minutes: this.#tally.minutes,
      bars: Object.fromEntries(rolledTimeframes.map(each => [each, this.#tally.barsOf(each)])),
      uncovered: this.#tally.uncovered,
      lastBars: [...this.#lastBars],
    };
  }
}
