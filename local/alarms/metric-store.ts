/** Keeps metric values as CloudWatch would: by namespace, name, dimensions and unit, to be asked for a statistic of a span. */
import * as v from 'valibot';
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import type { Emf } from '../engine/output.ts';
import { type Statistic, statisticOf } from './statistic.ts';

/** What CloudWatch tells metrics apart by; the order of dimensions means nothing. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** Values by dimension name. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One or several values of a metric at one instant. */
export interface Sample extends MetricId {
  readonly values: readonly number[];
  /** @default 'None' */
  readonly unit?: string;
  /** Epoch ms. */
  readonly at: number;
}

const valuesSchema = v.union([
  v.pipe(
    v.number(),
    v.transform(value => [value]),
  ),
  v.array(v.number()),
]);

/** By minutes since 1970, which are small whole numbers. CloudWatch keeps metrics of standard resolution no finer. */
type Series = Map<number, number[]>;

export class MetricStore {
  /** Series by metric, then by unit. */
  readonly #series = new Map<string, Map<string, Series>>();
  readonly #names = new Map<string, MetricId>();

  /** Takes one sample; one that comes late counts where its time says. */
  add(sample: Sample): void {
    const key = keyOf(sample);
    const { namespace, name, dimensions, unit = 'None' } = sample;
    const units = this.#series.get(key) ?? new Map<string, Series>();
    if (units.size === 0) this.#names.set(key, { namespace, name, dimensions });
    this.#series.set(key, units);
    const series = units.get(unit) ?? new Map<number, number[]>();
    units.set(unit, series);
    const minute = minuteOf(sample.at) / MINUTE;
    const values = series.get(minute);
    if (values) values.push(...sample.values);
    else series.set(minute, [...sample.values]);
  }

  /**
   * Takes a line in the embedded metric format: every metric that it declares, once for each of its dimension sets.
   * @param at epoch ms @default the line's own time
   * @throws Error when a declared metric or dimension has no usable value: CloudWatch would drop it without a word
   */
  addEmf(emf: Emf, at: number = emf._aws.Timestamp): void {
    for (const { Namespace, Dimensions = [[]], Metrics } of emf._aws.CloudWatchMetrics) {
      for (const { Name, Unit } of Metrics) {
        const values = v.safeParse(valuesSchema, emf[Name]);
        if (!values.success)
          throw new Error(
            `metric ${Name} is declared with the value ${JSON.stringify(emf[Name])}: use numbers`,
          );
        for (const names of Dimensions) {
          const dimensions = Object.fromEntries(names.map(name => [name, dimensionOf(emf, name)]));
          const sample = { namespace: Namespace, name: Name, dimensions, values: values.output, at };
          this.add(Unit === undefined ? sample : { ...sample, unit: Unit });
        }
      }
    }
  }

  /** The statistic of `[from, to)` (epoch ms, whole minutes); undefined when there is no value. Without a unit all units count. */
  statistic(id: MetricId, statistic: Statistic, from: number, to: number, unit?: string): number | undefined {
    const found: (readonly number[])[] = [];
    const [first, end] = [from / MINUTE, to / MINUTE];
    for (const [name, series] of this.#series.get(keyOf(id)) ?? []) {
      if (unit !== undefined && unit !== name) continue;
      for (let minute = first; minute < end; minute++) {
        const values = series.get(minute);
        if (values) found.push(values);
      }
    }
    const [only] = found;
    if (only === undefined) return undefined;
    return statisticOf(statistic, found.length === 1 ? only : found.flat());
  }

  /** Every metric that ever had a value. */
  get metrics(): readonly MetricId[] {
    return [...this.#names.values()];
  }

  /** Whether the metric ever had a value. */
  has(id: MetricId): boolean {
    return this.#series.has(keyOf(id));
  }

  /** Forgets what is older than `before` (epoch ms), though not that there was such a metric. */
  forget(before: number): void {
    for (const units of this.#series.values())
      for (const series of units.values())
        for (const minute of series.keys()) if (minute * MINUTE < before) series.delete(minute);
  }
}

/** Whoever measures or asks does so every minute with the same dimensions. */
const texts = new WeakMap<MetricId['dimensions'], string>();

function keyOf({ namespace, name, dimensions }: MetricId): string {
  let text = texts.get(dimensions);
  if (text === undefined) {
    text = JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
    texts.set(dimensions, text);
  }
  return `${namespace}\n${name}\n${text}`;
}

function dimensionOf(emf: Emf, name: string): string {
  const value = emf[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`dimension ${name} is declared with the value ${JSON.stringify(value)}: use a text`);
}
