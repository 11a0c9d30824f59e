/** Alarms on the query API, which all feeds share: does it fail, is it slow, does it refuse whoever asks. */

import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { metricDimensions, metricNamespace } from '../../runtime/platform/metric-names.ts';
import { LOGGED_AS, type QueryApi } from '../serving/query-api.ts';
import type { Environment } from '../settings/environment.ts';
import { API } from '../settings/names.ts';
import { stageOf } from '../settings/stage.ts';
import { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { sumOf } from './measures.ts';
import type { Topics } from './topics.ts';

export interface ApiAlarmsProps {
  readonly environment: Environment;
  readonly topics: Topics;
  readonly api: QueryApi;
}

/** One cold start, or one that asks too much for a moment, tells nobody. */
const again = { severity: 'ticket', periods: 3, of: 5, missing: 'notBreaching' } as const;

export class ApiAlarms extends Construct {
  readonly alarms: AlarmSet;
  /** What the dashboard shows beside the alarms. */
  readonly counts: readonly Counts[];
  readonly #api: QueryApi;

  constructor(scope: Construct, id: string, { environment, topics, api }: ApiAlarmsProps) {
    super(scope, id);
    this.#api = api;
    const refused = this.#refused();
    this.alarms = new AlarmSet(this, 'Alarms', { environment, topics, owner: API });
    this.alarms.alarm('ApiFailing', {
      means: 'The query API fails again and again: it answers 500, or Lambda does not run it.',
      first: 'read what it could not answer in its log.',
      metric: this.#metric('5xx', Stats.SUM),
      threshold: 1,
      ...again,
    });
    this.alarms.alarm('ApiSlow', {
      means: 'One in a hundred questions to the query API takes longer than it should.',
      first: 'see by route in its access log which questions those are.',
      metric: this.#metric('Latency', Stats.percentile(99)),
      threshold: this.alarms.thresholds.apiSeconds * 1_000,
      ...again,
    });
    this.alarms.alarm('ApiThrottled', {
      means: 'The query API refuses questions because there are too many, or Lambda refuses to run it.',
      first: 'see in its access log who asks how much.',
      metric: sumOf([refused, this.#function('Throttles')], 'refused questions and invocations'),
      threshold: 1,
      ...again,
    });
    this.counts = [
      {
        title: 'Questions, refused (4xx), failed (5xx)',
        metrics: ['Count', '4xx', '5xx'].map(name => this.#metric(name, Stats.SUM)),
      },
      {
        title: 'Latency, p50 and p99',
        metrics: [50, 99].map(percent => this.#metric('Latency', Stats.percentile(percent))),
      },
      {
        title: 'Too many questions (429), invocations refused',
        metrics: [refused, this.#function('Throttles')],
      },
    ];
  }

  /** API Gateway counts 429 among all that is 4xx: the access log alone tells it apart. */
  #refused(): Metric {
    const metricName = 'QuestionsRefused';
    new MetricFilter(this, 'Refused', {
      logGroup: this.#api.accessLog,
      filterPattern: FilterPattern.stringValue(`$.${LOGGED_AS.status}`, '=', '429'),
      metricNamespace,
      metricName,
      dimensions: { [metricDimensions.environment]: `$.${LOGGED_AS.environment}` },
    });
    return new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { [metricDimensions.environment]: stageOf(this).node.id },
      statistic: Stats.SUM,
      period: Duration.minutes(1),
    });
  }

  #metric(metricName: string, statistic: string): Metric {
    return new Metric({
      namespace: 'AWS/ApiGateway',
      metricName,
      dimensionsMap: { ApiId: this.#api.api.ref },
      statistic,
      period: Duration.minutes(1),
    });
  }

  #function(metricName: string): Metric {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: this.#api.function.functionName },
      statistic: Stats.SUM,
      period: Duration.minutes(1),
    });
  }
}
