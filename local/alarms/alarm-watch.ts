/** Evaluates the alarms of a running stage over the metrics that it really prints, minute by minute of event time. */
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Emf } from '../engine/output.ts';
import { AlarmBoard, type Change } from './alarm-board.ts';
import { type AlarmResource, readAlarm } from './definition.ts';
import { MetricStore } from './metric-store.ts';

const HOUR = 60 * MINUTE;
/** Who wakes so late (ms of event time) was asleep with the machine, or starved by it, or the clock has leapt over a hole. */
const LATE = MINUTE / 2;
/** Minutes that nobody lived through have no data and are no silence: nothing is judged until as many as alarms look at have followed. */
const SETTLING = 10 * MINUTE;
/** Longest that any alarm looks back, with room to spare (ms). */
const KEPT = 26 * HOUR;

export class AlarmWatch {
  readonly board: AlarmBoard;
  readonly store = new MetricStore();
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  /** From when on (epoch ms of event time) minutes are judged. */
  #judgesFrom: number;
  /** Whether a minute is over: until then the clock may still leap to where its events begin. */
  #isUnderWay = false;
  #running: Promise<void> | undefined;

  /** @throws Error when the stage has an alarm that cannot be evaluated */
  constructor(
    engine: Pick<Engine, 'onEmf' | 'onAwsMetric'> & { readonly alarms: readonly AlarmResource[] },
    clock: Clock,
  ) {
    this.#clock = clock;
    // What was before the start nobody has measured either.
    this.#judgesFrom = clock.now() + SETTLING;
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

  /** From when on (epoch ms of event time) minutes are judged again; undefined while they are. */
  get heldUntil(): number | undefined {
    return this.#judgesFrom > this.#clock.now() ? this.#judgesFrom : undefined;
  }

  /** Likewise; undefined too while a leap may yet move it. */
  get surelyHeldUntil(): number | undefined {
    return this.#isUnderWay ? this.heldUntil : undefined;
  }

  /** Evaluates as of now. @returns what changed */
  evaluate(): Change[] {
    const now = this.#clock.now();
    if (minuteOf(now) % HOUR === 0) this.store.forget(now - KEPT);
    return this.board.evaluate(now);
  }

  async #run(changed: (change: Change) => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const next = minuteOf(this.#clock.now()) + MINUTE;
      await this.#clock.until(next, signal).catch(() => undefined);
      if (signal.aborted) return;
      const now = this.#clock.now();
      if (now - next > LATE) this.#judgesFrom = now + SETTLING;
      this.#isUnderWay = true;
      if (this.heldUntil === undefined) for (const change of this.evaluate()) changed(change);
    }
  }

  /** Units that know no event time stamp their lines with the machine's: those count as of now. */
  #timeOf({ _aws: { Timestamp } }: Emf): number {
    const now = this.#clock.now();
    return Math.abs(Timestamp - now) <= Math.abs(Timestamp - Date.now()) ? Timestamp : now;
  }
}
