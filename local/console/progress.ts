/** What the pipeline has done so far, as a person wants to see it: kept up to date from the streams, read by every display. */

import { type RolledTimeframe, rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import type { RolledBar } from '../../runtime/records/bar.ts';
import type { Tally } from './tally.ts';

/** A finished window with the bars that have come for it. */
export interface FinishedWindow {
  readonly timeframe: RolledTimeframe;
  readonly start: number;
  readonly end: number;
  readonly bars: RolledBar[];
}

/** An alarm that somebody is told of. */
export interface RaisedAlarm {
  readonly name: string;
  readonly severity: 'page' | 'ticket' | 'part';
  /** ISO 8601. */
  readonly since?: string;
}

/** The numbers of one moment; also the body of `GET /status`. */
export interface Snapshot {
  /** What runs: `stocks, simulated, 60×`. */
  readonly title: string;
  /** `starting`, `connected`, `reconnecting`, `frozen`, `importing`, `ended`, or what stands in the way. */
  readonly state: string;
  /** Event time as ISO 8601; absent for imports, which know none. */
  readonly eventTime?: string;
  /** Distinct minutes on the minutes stream. */
  readonly minutes: number;
  /** Distinct bars on the bars stream by timeframe, shortest first. */
  readonly bars: Readonly<Record<string, number>>;
  /** Bars that the bar store has yet to keep, where there is one. */
  readonly toKeep?: number;
  /** Uncovered minute marks that stand. */
  readonly uncovered: number;
  /** The bars that were finished last, the newest first. */
  readonly lastBars: readonly RolledBar[];
  /** Alarms that page or are tickets now. */
  readonly alarms: readonly RaisedAlarm[];
  /** How many times faster than the wall clock event time goes, where that is less than was asked for. */
  readonly pace?: number;
  /** From when on alarms are judged, ISO 8601; only while that is yet to come. */
  readonly alarmsFrom?: string;
  /** What the simulated vendor does wrong now. */
  readonly faults: readonly string[];
  /** What keys do, where any are heard. */
  readonly keys?: string;
}

const LAST_BARS = 10;
/** A window whose bars have stopped coming for this long (wall ms) is shown. */
const SETTLED = 1_000;

/** `touched`: when its latest bar came, by the monotonic clock (ms). */
type OpenWindow = FinishedWindow & { touched: number };

export class Progress {
  readonly title: string;
  state = 'starting';
  /** How the ingester is, while one is asked; it says more than `state`. */
  connection: string | undefined;
  alarms: () => readonly RaisedAlarm[] = () => [];
  /** From when on (epoch ms of event time) alarms are judged; undefined while they are. */
  heldUntil: () => number | undefined = () => undefined;
  faults: () => readonly string[] = () => [];
  /** How many times faster than the wall clock event time goes; undefined where nobody knows, or as fast as was asked for. */
  pace: () => number | undefined = () => undefined;
  /** Bars that are yet to be kept; undefined where nobody keeps any. */
  toKeep: () => number | undefined = () => undefined;
  keys: string | undefined;
  /** The event clock, where there is one. */
  eventTime: (() => number) | undefined;
  readonly #tally: Tally;
  readonly #lastBars: RolledBar[] = [];
  readonly #open = new Map<string, OpenWindow>();

  constructor(tally: Tally, title: string) {
    this.#tally = tally;
    this.title = title;
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
    const [pace, toKeep] = [this.pace(), this.toKeep()];
    const heldUntil = this.heldUntil();
    return {
      title: this.title,
      state: this.connection ?? this.state,
      ...(this.eventTime ? { eventTime: new Date(this.eventTime()).toISOString() } : {}),
      minutes: this.#tally.minutes,
      bars: Object.fromEntries(rolledTimeframes.map(each => [each, this.#tally.barsOf(each)])),
      ...(toKeep !== undefined && { toKeep }),
      uncovered: this.#tally.uncovered,
      lastBars: [...this.#lastBars],
      alarms: this.alarms(),
      ...(pace !== undefined && { pace }),
      ...(heldUntil !== undefined && { alarmsFrom: new Date(heldUntil).toISOString() }),
      faults: this.faults(),
      ...(this.keys === undefined ? {} : { keys: this.keys }),
    };
  }
}
