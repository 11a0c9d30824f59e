/** Evaluates the alarms of a running stage over the metrics that it really prints, minute by minute of event time. */
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Emf } from '../engine/output.ts';
import { AlarmBoard, type Change } from './alarm-board.ts';
import { readAlarm } from './definition.ts';
import { MetricStore } from './metric-store.ts';

const HOUR = 60 * MINUTE;
/** A clock that is this far ahead has leapt over a hole in a file or before a simulation. */
const LEAP = 5 * MINUTE;
/** Minutes that were leapt over have no data and are no silence: nothing is judged until as many as alarms look at have followed. */
const SETTLING = 10 * MINUTE;
/** Longest that any alarm looks back, with room to spare (ms). */
const KEPT = 26 * HOUR;

export class AlarmWatch {
  readonly board: AlarmBoard;
  readonly store = new MetricStore();
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** @throws Error when the stage has an alarm that cannot be evaluated */
  constructor(engine: Pick<Engine, 'alarms' | 'onEmf' | 'onAwsMetric'>, clock: Clock) {
    this.#clock = clock;
    this.board = new AlarmBoard(engine.alarms.map(readAlarm), this.store);
    engine.onEmf((_, line) => this.store.addEmf(line, this.#timeOf(line)));
    engine.onAwsMetric(({ value, ...metric }) => this.store.add({ ...metric, values: [value] }));
  }

  /** Evaluates whenever a minute is over, until `stop`. @param changed is told what changed */
  start(changed: (change: Change) => void): void {
    this.#running ??= this.#run(changed);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Evaluates as of now. @returns what changed */
  evaluate(): Change[] {
    const now = this.#clock.now();
    if (minuteOf(now) % HOUR === 0) this.store.forget(now - KEPT);
    return this.board.evaluate(now);
  }

  async #run(changed: (change: Change) => void): Promise<void> {
    const { signal } = this.#stop;
    let settledAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const next = minuteOf(this.#clock.now()) + MINUTE;
      await this.#clock.until(next, signal).catch(() => undefined);
      if (signal.aborted) return;
      const now = this.#clock.now();
      if (now - next > LEAP) settledAt = now + SETTLING;
      if (now >= settledAt) for (const change of this.evaluate()) changed(change);
    }
  }

  /** Units that know no event time stamp their lines with the machine's: those count as of now. */
  #timeOf({ _aws: { Timestamp } }: Emf): number {
    const now = this.#clock.now();
    return Math.abs(Timestamp - now) <= Math.abs(Timestamp - Date.now()) ? Timestamp : now;
  }
}
