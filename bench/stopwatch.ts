/** Takes the time from the arrival of what closes a window to the put of its bar, beside what the roll-up itself tells of it. */
import * as v from 'valibot';
import { finalLatency } from '../runtime/platform/metric-names.ts';
import { slotOf } from '../runtime/records/slot.ts';
import type { TimedStage } from './timed-stage.ts';

type By = 'minute' | 'watermark';

const minuteSchema = v.object({ type: v.literal('bar'), symbol: v.string(), end: v.number() });
const watermarkSchema = v.object({ type: v.literal('watermark'), slot: v.number(), through: v.number() });
const barSchema = v.object({ symbol: v.string(), timeframe: v.string(), end: v.number() });
const spansSchema = v.union([
  v.array(v.number()),
  v.pipe(
    v.number(),
    v.transform(value => [value]),
  ),
]);

const METRIC = { minute: finalLatency.sinceMinute, watermark: finalLatency.sinceWatermark } as const;

export class Stopwatch {
  /** Invocations that finished anything. */
  invocations = 0;
  #spans: Record<By, number[]> = { minute: [], watermark: [] };
  #told: Record<By, number[]> = { minute: [], watermark: [] };
  /** When they arrived, ms of `performance.now()`. */
  readonly #minutes = new Map<string, number>();
  readonly #watermarks = new Map<number, number>();
  readonly #finished = new Set<string>();
  #end = Number.NaN;
  #onBar: () => void = () => {};

  /** A watch on what the streams of the stage take from now on. */
  static async of({ engine }: TimedStage): Promise<Stopwatch> {
    const watch = new Stopwatch();
    await engine.tap('Stocks/Minutes', records => {
      for (const { data } of records) watch.#arrived(data);
    });
    await engine.tap('Stocks/Bars', records => {
      for (const { data } of records) watch.#put(data);
    });
    engine.onEmf((_, line) => {
      for (const by of ['minute', 'watermark'] as const) {
        const spans = v.safeParse(spansSchema, line[METRIC[by]]);
        if (spans.success) watch.#told[by].push(...spans.output);
      }
      if (Object.values(METRIC).some(name => name in line)) watch.invocations++;
    });
    return watch;
  }

  /** Forgets what was measured. */
  reset(): void {
    this.invocations = 0;
    this.#spans = { minute: [], watermark: [] };
    this.#told = { minute: [], watermark: [] };
  }

  /** From now on the windows are watched that end then, epoch ms. */
  begin(end: number): void {
    this.#end = end;
    for (const each of [this.#minutes, this.#watermarks, this.#finished]) each.clear();
  }

  /** Resolves once so many symbols have their 5m bar. */
  async finished(symbols: number): Promise<void> {
    while (this.#finished.size < symbols)
      await new Promise<void>(resolve => {
        this.#onBar = resolve;
      });
  }

  /** Seconds that this share of all bars did not take longer than. */
  percentile(by: By, share: number): number {
    return at(this.#spans[by], share);
  }

  /** The same as the roll-up's metric has it. */
  told(by: By, share: number): number {
    return at(this.#told[by], share);
  }

  #arrived(data: string): void {
    const record: unknown = JSON.parse(data);
    if (v.is(minuteSchema, record)) {
      if (record.end === this.#end) this.#minutes.set(record.symbol, performance.now());
    } else if (v.is(watermarkSchema, record) && record.through >= this.#end)
      this.#watermarks.set(record.slot, performance.now());
  }

  #put(data: string): void {
    const { symbol, timeframe, end } = v.parse(barSchema, JSON.parse(data));
    if (end !== this.#end) return;
    const minute = this.#minutes.get(symbol);
    const arrival = minute ?? this.#watermarks.get(slotOf(symbol)) ?? Number.NaN;
    this.#spans[minute === undefined ? 'watermark' : 'minute'].push((performance.now() - arrival) / 1_000);
    if (timeframe === '5m') this.#finished.add(symbol);
    this.#onBar();
  }
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
