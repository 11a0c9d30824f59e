/** How late finished bars were: from their window's end, and from the arrival of what closed it, to their put. */
import { finalLatency } from '../platform/metric-names.ts';
import type { Spans } from '../platform/metrics.ts';
import type { Closing } from './due.ts';

export class FinalLatencies {
  readonly #spans = new Map<string, number[]>(Object.values(finalLatency).map(name => [name, []]));

  /** Seconds by the name of their metric. */
  get spans(): Spans {
    return Object.fromEntries(this.#spans);
  }

  /**
   * Counts one bar. All times are epoch ms of event time.
   * @param end of its window, as late as the feed is by nature
   * @param at when its put was acknowledged
   */
  add({ by, arrival }: Closing, end: number, at: number): void {
    this.#add(by === 'minute' ? finalLatency.byMinute : finalLatency.byWatermark, at - end);
    this.#add(by === 'minute' ? finalLatency.sinceMinute : finalLatency.sinceWatermark, at - arrival);
  }

  /** Clocks of two machines, or one that stands, may show the put before its cause. */
  #add(name: string, ms: number): void {
    this.#spans.get(name)?.push(Math.max(0, ms) / 1_000);
  }
}
