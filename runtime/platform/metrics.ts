/** Metrics: lines in CloudWatch's embedded metric format on standard output, made in one way for container and functions. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricDimensions, metricNamespace } from './metric-names.ts';
import { version } from './release-names.ts';

export { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What the metrics of a unit are told apart by. */
export interface Belonging {
  /** The environment's name. */
  readonly environment: string;
  /** The feed's name. */
  readonly feed: string;
}

/** The metrics of one unit. Call `publish` when a piece of work ends, however it ends. */
export function metricsFor({ environment, feed }: Belonging): Metrics {
  const metrics = new Metrics({ namespace: metricNamespace });
  // By default every line would carry the service as a third dimension, and no alarm could add the units up.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({
    [metricDimensions.environment]: environment,
    [metricDimensions.feed]: feed,
  });
  return metrics;
}

/** A value of every metric of a group of `metric-names.ts`, by its name: none can be forgotten. Undefined where nothing can be said. */
export type ValuesOf<Group extends Readonly<Record<string, string>>> = Readonly<
  Record<Group[keyof Group], number | undefined>
>;

type Values = Readonly<Record<string, number | undefined>>;

/** Adds counts by metric name; zeros too, so that "nothing happened" differs from "nobody measured". */
export function addCounts(metrics: Metrics, counts: Values): void {
  add(metrics, MetricUnit.Count, counts);
}

/** Adds spans of time in seconds by metric name. */
export function addSeconds(metrics: Metrics, spans: Values): void {
  add(metrics, MetricUnit.Seconds, spans);
}

/** What was measured many times, s by metric name. */
export type Spans = Readonly<Record<string, readonly number[]>>;

/** Values of a metric in one line, at most: CloudWatch takes a hundred, at which the library writes a line of its own. */
const MOST_VALUES = 99;

/** Adds spans of time of which percentiles are wanted; of too many as many as a line takes, which stand for all. */
export function addSpans(metrics: Metrics, spans: Spans): void {
  for (const [name, all] of Object.entries(spans))
    for (const value of spreadOf(all, MOST_VALUES)) metrics.addMetric(name, MetricUnit.Seconds, value);
}

/** At most so many of the values, in order: of as many equal parts of them the one in the middle. To the millisecond. */
export function spreadOf(values: readonly number[], most: number): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const count = Math.min(most, sorted.length);
  return Array.from({ length: count }, (_, part) => {
    const value = sorted[Math.floor(((part + 0.5) / count) * sorted.length)] ?? 0;
    return Math.round(value * 1_000) / 1_000;
  });
}

function add(metrics: Metrics, unit: (typeof MetricUnit)[keyof typeof MetricUnit], values: Values): void {
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) metrics.addMetric(name, unit, value);
}

/**
 * Writes what was added as one line, with the release beside it, and forgets it; nothing when nothing was added.
 * @param at the instant that the values are of, epoch ms of event time. @default now
 * @param besides what the line tells besides: queries of the log find it, and nobody pays for a metric of it. @default nothing
 */
export function publish(metrics: Metrics, at: number = Date.now(), besides: object = {}): void {
  if (!metrics.hasStoredMetrics()) return;
  const line = metrics.serializeMetrics();
  metrics.clearMetrics();
  process.stdout.write(
    `${JSON.stringify({ ...line, release: version, ...besides, _aws: { ...line._aws, Timestamp: at } })}\n`,
  );
}
