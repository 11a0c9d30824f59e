/** Turns the ingester's running totals into metrics, a line a minute. */
import { ingesterMetrics } from '../platform/metric-names.ts';
import { addCounts, type Metrics } from '../platform/metrics.ts';

/** Wall time between two lines, ms. */
const EVERY = 60_000;

/** Running totals by metric name. */
export type Totals = Readonly<Record<(typeof ingesterMetrics)[keyof typeof ingesterMetrics], number>>;

export class Meter implements Disposable {
  readonly #metrics: Metrics;
  readonly #totals: () => Totals;
  readonly #timer: NodeJS.Timeout;
  #before: Partial<Totals> = {};

  constructor(metrics: Metrics, totals: () => Totals) {
    this.#metrics = metrics;
    this.#totals = totals;
    this.#timer = setInterval(() => this.write(), EVERY);
  }

  /** Writes what was counted since the last line. */
  write(): void {
    const totals = this.#totals();
    const before = this.#before;
    const names = Object.values(ingesterMetrics);
    addCounts(
      this.#metrics,
      Object.fromEntries(names.map(name => [name, totals[name] - (before[name] ?? 0)])),
    );
    this.#metrics.publishStoredMetrics();
    this.#before = totals;
  }

  /** Writes the last line. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.write();
  }
}
