/** The metrics of one feed, as alarms and graphs read them. */

import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { EventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { ingesterGauges, metricDimensions, metricNamespace } from '../../runtime/platform/metric-names.ts';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import { stageOf } from '../settings/stage.ts';
import { type FeedStorage, keepsMinutes } from '../storage/feed-storage.ts';
import type { PublishedStream } from '../storage/published-stream.ts';

export interface Reading {
  /** One of `Stats`. @default Stats.SUM */
  readonly statistic?: string;
  /** @default 1 minute */
  readonly period?: Duration;
}

/** A function that a stream feeds. */
export interface Fed {
  readonly function: IFunction;
  readonly mapping: EventSourceMapping;
}

export interface MeasuresProps {
  readonly storage: FeedStorage;
  readonly pipeline: FeedPipeline;
}

export class Measures {
  readonly #props: MeasuresProps;

  constructor(props: MeasuresProps) {
    this.#props = props;
  }

  /** The tables that the pipeline writes. */
  get tables(): readonly Pick<ITable, 'tableName'>[] {
    const { storage } = this.#props;
    const { lease, quarantine } = storage;
    return keepsMinutes(storage) ? [storage.state, lease, quarantine, storage.monitor] : [lease, quarantine];
  }

  /** A metric that Barflow's own code prints. */
  own(metricName: string, reading: Reading = {}): Metric {
    const { feed } = this.#props.storage;
    return metric(metricNamespace, metricName, reading, {
      [metricDimensions.environment]: stageOf(this.#props.pipeline).node.id,
      [metricDimensions.feed]: feed.name,
    });
  }

  /** A metric that Lambda publishes of a function. */
  function({ function: { functionName } }: Fed, metricName: string, reading: Reading = {}): Metric {
    return metric('AWS/Lambda', metricName, reading, { FunctionName: functionName });
  }

  /** A metric that Lambda publishes of what feeds a function. */
  mapping({ mapping }: Fed, metricName: string, reading: Reading = {}): Metric {
    return metric('AWS/Lambda', metricName, reading, {
      EventSourceMappingUUID: mapping.eventSourceMappingId,
    });
  }

  /** Records that Lambda gave up: filed in the failure bucket, or lost because the bucket did not take them. */
  givenUp(fed: Fed): IMetric {
    const filed = this.mapping(fed, 'OnFailureDestinationDeliveredEventCount');
    const lost = this.mapping(fed, 'DroppedEventCount');
    return sumOf([filed, lost, this.function(fed, 'DestinationDeliveryFailures')], 'records given up');
  }

  /** A metric that Kinesis publishes of a stream. */
  stream({ stream }: Pick<PublishedStream, 'stream'>, metricName: string, reading: Reading = {}): Metric {
    return metric('AWS/Kinesis', metricName, reading, { StreamName: stream.streamName });
  }

  /** A metric that ECS publishes of the ingester. */
  ingester(metricName: string, reading: Reading = {}): Metric {
    const { clusterName, serviceName } = this.#props.pipeline.ingester.service;
    return metric('AWS/ECS', metricName, reading, { ClusterName: clusterName, ServiceName: serviceName });
  }

  /** How often DynamoDB throttled any of these tables; an alarm looks at no more than four, with two metrics each. */
  tableThrottles(tables: readonly Pick<ITable, 'tableName'>[]): IMetric {
    const throttles = tables.flatMap(({ tableName }) =>
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map(name =>
        metric('AWS/DynamoDB', name, {}, { TableName: tableName }),
      ),
    );
    // An alarm on DynamoDB's metrics ignores periods without data, which are those without throttles: it would never end.
    // Of the ingester, which is in want of no table to tell it.
    const always = this.own(ingesterGauges.connected);
    return new MathExpression({
      expression: 'SUM(METRICS()) - always',
      usingMetrics: { ...named(throttles), always },
      label: 'throttled requests',
      period: Duration.minutes(1),
    });
  }

  /** Finished bars that were revised, percent of all within an hour. */
  revisedPercent(bars: string, revised: string): IMetric {
    const period = Duration.hours(1);
    return new MathExpression({
      expression: 'IF(bars > 0, 100 * revised / bars, 0)',
      usingMetrics: { bars: this.own(bars, { period }), revised: this.own(revised, { period }) },
      label: 'revised bars, %',
      period,
    });
  }
}

/** The sum of metrics, of those that have data: FILL would leave one that never had any empty, and the whole sum with it. */
export function sumOf(metrics: readonly Metric[], label: string): IMetric {
  return new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: named(metrics),
    label,
    period: Duration.minutes(1),
  });
}

function named(metrics: readonly Metric[]): Record<string, Metric> {
  return Object.fromEntries(metrics.map((each, index) => [`m${index}`, each]));
}

function metric(
  namespace: string,
  metricName: string,
  { statistic = Stats.SUM, period = Duration.minutes(1) }: Reading,
  dimensionsMap: Record<string, string>,
): Metric {
  return new Metric({ namespace, metricName, statistic, period, dimensionsMap });
}
