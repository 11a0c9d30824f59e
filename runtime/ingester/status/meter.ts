/** Turns what the ingester counts and holds into metrics: a line at every full minute of event time. */
import { MINUTE, minuteOf } from '../../markets/timeframe.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ingesterCounts, ingesterGauges } from '../../platform/metric-names.ts';
import { addCounts, type Metrics, publish, type ValuesOf } from '../../platform/metrics.ts';
import type { Told } from './common.ts';
import type { SinkTotals } from './sinks.ts';

/** Running totals since the start, by metric name. */
export type Totals = Readonly<Record<(typeof ingesterCounts)[keyof typeof ingesterCounts], number>> &
  SinkTotals;
/** Values of this moment, by metric name. */
export type Gauges = ValuesOf<typeof ingesterGauges>;

export interface Measured {
  readonly totals: Totals;
  readonly gauges: Gauges;
}

export interface MeterOptions {
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly measure: () => Measured;
  /** What a line tells besides: what `/ready` and `/stats` answer to those who reach them. */
  readonly told: () => Told;
}

export class Meter implements Disposable {
  readonly #options: MeterOptions;
  readonly #stop = new AbortController();
  #before: Readonly<Record<string, number>> = {};

  constructor(options: MeterOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Writes the gauges, and what was counted since the last line. */
  write(): void {
    const { metrics, clock, measure, told } = this.#options;
    const { totals, gauges } = measure();
    addCounts(metrics, gauges);
    addCounts(metrics, sinceThen(totals, this.#before));
    publish(metrics, clock.now(), told());
    this.#before = totals;
  }

  /** Writes the last line. */
  [Symbol.dispose](): void {
    this.#stop.abort();
    this.write();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const next = minuteOf(clock.now()) + MINUTE;
      await clock.until(next, signal).then(
        () => this.write(),
        () => undefined,
      );
    }
  }
}

function sinceThen(totals: Totals, before: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(totals).map(([name, total]) => [name, total - (before[name] ?? 0)]),
  );
}
