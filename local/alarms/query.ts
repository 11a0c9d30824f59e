/** What an alarm looks at: a statistic of one metric, or a math expression over several, one value per period. */
import * as v from 'valibot';
import { checked } from './checked.ts';
import type { Datapoints } from './evaluate.ts';
import { type Expression, parseExpression } from './expression.ts';
import type { MetricId, MetricStore } from './metric-store.ts';
import { parseStatistic, type Statistic } from './statistic.ts';

export interface Query {
  /** Length of a period, ms. */
  readonly period: number;
  readonly metrics: readonly MetricId[];
  /** The values of the last so many periods, of which the newest ends at `end` (epoch ms); the oldest comes first. */
  readonly datapoints: (store: MetricStore, end: number, periods: number) => Datapoints;
}

/** The parts of an alarm that name a single metric. */
interface SingleMetric {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: string | undefined;
  readonly ExtendedStatistic?: string | undefined;
  readonly Period?: number | undefined;
  readonly Unit?: string | undefined;
}

const dimensions = v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []);

const partSchema = v.strictObject({
  Id: v.string(),
  Label: v.optional(v.string()),
  ReturnData: v.optional(v.boolean(), true),
  Expression: v.optional(v.string()),
  Period: v.optional(v.number()),
  MetricStat: v.optional(
    v.strictObject({
      Metric: v.strictObject({ Namespace: v.string(), MetricName: v.string(), Dimensions: dimensions }),
      Period: v.number(),
      Stat: v.string(),
      Unit: v.optional(v.string()),
    }),
  ),
});

interface Measured {
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly period: number;
  readonly unit: string | undefined;
}

/** @throws Error that says what of the query is missing or not understood */
export function queryOf(alarm: SingleMetric & { readonly Metrics?: readonly unknown[] | undefined }): Query {
  if (alarm.Metrics !== undefined) return mathQuery(alarm.Metrics);
  const { Namespace, MetricName, Period, Unit, Statistic: stat = alarm.ExtendedStatistic } = alarm;
  if (Namespace === undefined || MetricName === undefined || Period === undefined || stat === undefined)
    throw new Error('give Namespace, MetricName, Period and Statistic, or Metrics');
  const metric = { namespace: Namespace, name: MetricName, dimensions: byName(alarm.Dimensions) };
  const measured = { metric, statistic: parseStatistic(stat), period: Period * 1000, unit: Unit };
  return {
    period: measured.period,
    metrics: [metric],
    datapoints: (store, end, periods) => measure(store, measured, end, periods),
  };
}

function mathQuery(given: readonly unknown[]): Query {
  const measured = new Map<string, Measured>();
  const texts = new Map<string, string>();
  const returned: string[] = [];
  for (const part of given.map(each => checked(partSchema, each))) {
    const { Id, Expression: text, MetricStat, ReturnData } = part;
    if (ReturnData) returned.push(Id);
    if (text !== undefined) texts.set(Id, text);
    else if (MetricStat !== undefined) measured.set(Id, measuredBy(MetricStat));
    else throw new Error(`'${Id}' is neither an Expression nor a MetricStat`);
  }
  const ids = [...measured.keys()];
  const expressions = new Map<string, Expression>();
  for (const [id, text] of texts) expressions.set(id, parseExpression(text, ids));
  const [result] = returned;
  const periods = new Set([...measured.values()].map(({ period }) => period));
  const [period] = periods;
  if (result === undefined || returned.length > 1)
    throw new Error(`${returned.length} of Metrics return data: exactly one must`);
  if (period === undefined || periods.size > 1)
    throw new Error(`the metrics have ${periods.size} different periods: all must have one`);
  for (const id of [...expressions.values()].flatMap(({ ids }) => ids))
    if (!measured.has(id) && !expressions.has(id))
      throw new Error(`an expression refers to unknown id '${id}'`);
  const values = (store: MetricStore, id: string, end: number, count: number): Datapoints => {
    const metric = measured.get(id);
    if (metric !== undefined) return measure(store, metric, end, count);
    return expressions.get(id)?.values(other => values(store, other, end, count), count) ?? [];
  };
  return {
    period,
    metrics: [...measured.values()].map(({ metric }) => metric),
    datapoints: (store, end, count) => values(store, result, end, count),
  };
}

type MetricStat = NonNullable<v.InferOutput<typeof partSchema>['MetricStat']>;

function measuredBy({ Metric, Period, Stat, Unit }: MetricStat): Measured {
  const { Namespace: namespace, MetricName: name, Dimensions } = Metric;
  const metric = { namespace, name, dimensions: byName(Dimensions) };
  return { metric, statistic: parseStatistic(Stat), period: Period * 1000, unit: Unit };
}

function measure(store: MetricStore, measured: Measured, end: number, periods: number): Datapoints {
  const { metric, statistic, period, unit } = measured;
  const points: (number | undefined)[] = [];
  for (let from = end - periods * period; from < end; from += period)
    points.push(store.statistic(metric, statistic, from, from + period, unit));
  return points;
}

function byName(list: readonly { readonly Name: string; readonly Value: string }[]): Record<string, string> {
  return Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
}
