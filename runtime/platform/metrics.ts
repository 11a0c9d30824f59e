/** Metrics: lines in CloudWatch's embedded metric format on standard output, made in one way for container and functions. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNamespace } from './metric-names.ts';

export { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** The metrics of one unit. Call `publishStoredMetrics()` when a piece of work ends, however it ends. */
export function metricsFor(unit: string): Metrics {
  return new Metrics({ namespace: metricNamespace, serviceName: unit });
}

/** Adds counts by metric name; zeros too, so that "nothing happened" differs from "nobody measured". */
export function addCounts(metrics: Metrics, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
}
