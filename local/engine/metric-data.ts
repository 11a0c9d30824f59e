/** `GetMetricData`, as far as functions ask: statistics of single metrics, a value a period, the newest first. */
import * as v from 'valibot';
import type { Value } from './aws-protocols.ts';
import { ServiceError } from './service-error.ts';

/** A metric as CloudWatch tells it from others. */
export interface MetricAsked {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The statistic of `[from, to)`, epoch ms; undefined where nothing came. @throws RangeError for a statistic that is not computed */
export type Measured = (
  metric: MetricAsked,
  statistic: string,
  from: number,
  to: number,
) => number | undefined;

/** Epoch seconds, as the SDK of functions writes dates. */
const instant = v.pipe(
  v.number(),
  v.transform(seconds => seconds * 1_000),
);

const input = v.strictObject({
  MetricDataQueries: v.array(
    v.strictObject({
      Id: v.string(),
      MetricStat: v.strictObject({
        Metric: v.strictObject({
          Namespace: v.string(),
          MetricName: v.string(),
          Dimensions: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
        }),
        Period: v.pipe(v.number(), v.multipleOf(60), v.minValue(60)),
        Stat: v.string(),
      }),
    }),
  ),
  StartTime: instant,
  EndTime: instant,
});

/** @throws ServiceError that names what is not answered here */
export function metricData(measured: Measured, question: unknown): Value {
  const parsed = v.safeParse(input, question);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? 'the question';
    throw new ServiceError('ValidationError', `${place} is not answered on this machine (${issue.message})`);
  }
  const { MetricDataQueries, StartTime, EndTime } = parsed.output;
  return {
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric, Period, Stat } }) => {
      const { Namespace: namespace, MetricName: name, Dimensions } = Metric;
      const dimensions = Object.fromEntries(Dimensions.map(each => [each.Name, each.Value]));
      const period = Period * 1_000;
      const Timestamps: Date[] = [];
      const Values: number[] = [];
      for (let from = EndTime - 1 - ((EndTime - 1) % period); from + period > StartTime; from -= period) {
        const value = measured({ namespace, name, dimensions }, Stat, from, from + period);
        if (value === undefined) continue;
        Timestamps.push(new Date(from));
        Values.push(value);
      }
      return { Id, Label: name, StatusCode: 'Complete', Timestamps, Values };
    }),
  };
}
