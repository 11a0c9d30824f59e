/** What rolls a deployment of the ingester back whose tasks run and are healthy, and yet do not do what the feed did before. */
import {
  Alarm,
  type AlarmProps,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Annotations, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  ingesterGauges,
  metricDimensions,
  metricNamespace,
  monitorMetrics,
} from '../../runtime/platform/metric-names.ts';
import { type AlarmWords, alarmDescription } from '../settings/alarm-text.ts';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { alarmName, feedId } from '../settings/names.ts';
import { stageOf } from '../settings/stage.ts';
import { defaultThresholds } from '../settings/thresholds.ts';

export interface DeploymentGuardProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
}

/**
 * Alarms that stand before the service does, and tell nobody but ECS. Both judge only what the monitor has measured, which a first deployment has
 * not; missing data is no fault of a version; and ECS watches no alarm that is raised when a deployment begins, so that a mend can always be deployed.
 */
export class DeploymentGuard extends Construct {
  readonly alarms: readonly Alarm[];
  readonly #props: DeploymentGuardProps;

  constructor(scope: Construct, id: string, props: DeploymentGuardProps) {
    super(scope, id);
    this.#props = props;
    const { silentSeconds } = { ...defaultThresholds, ...props.environment.thresholds };
    const lag = this.#metric(monitorMetrics.freshestLag, Stats.MAXIMUM);
    // The lowest, for a task that stands by is not connected either.
    const disconnected = this.#metric(ingesterGauges.disconnected, Stats.MINIMUM);
    this.alarms = [
      this.#alarm('DeploymentSilent', lag, silentSeconds, 2, {
        means:
          'No minute of the open market gets through: a deployment of the ingester that goes on now is rolled back.',
        first: 'follow FeedDown, which pages for it.',
      }),
      this.#alarm('DeploymentUnconnected', measuredWith(lag, disconnected), 1, 3, {
        means:
          'The ingester has no socket in market hours: a deployment of it that goes on now is rolled back.',
        first: 'follow NotConnected, which is raised with it.',
      }),
    ];
    Annotations.of(this).addInfoV2(
      'barflow:guardDeployments',
      `A deployment of the ingester of ${props.feed.name} is rolled back when its tasks fail or cannot reach AWS, and, once the monitor has measured, when ` +
        `the open market falls silent for ${silentSeconds} s or the socket cannot be had. \`guardDeployments: false\` leaves the latter away.`,
    );
  }

  #metric(metricName: string, statistic: string): Metric {
    const { feed } = this.#props;
    return new Metric({
      ...{ namespace: metricNamespace, metricName, statistic, period: Duration.minutes(1) },
      dimensionsMap: {
        [metricDimensions.environment]: stageOf(this).node.id,
        [metricDimensions.feed]: feed.name,
      },
    });
  }

  #alarm(id: string, metric: IMetric, threshold: number, periods: number, words: AlarmWords): Alarm {
    const { environment, feed } = this.#props;
    return new Alarm(this, id, {
      ...{ metric, threshold, datapointsToAlarm: periods, evaluationPeriods: WATCHED },
      alarmName: alarmName(stageOf(this).node.id, feedId(feed), id),
      alarmDescription: alarmDescription(environment, id, words),
      treatMissingData: TreatMissingData.NOT_BREACHING,
    } satisfies AlarmProps);
  }
}

/** ECS goes on watching for about as long (minutes) as an alarm looks back, once the old task is gone. */
const WATCHED = 5;

/** A value of `metric` where there is one of `gate` too. */
function measuredWith(gate: Metric, metric: Metric): IMetric {
  return new MathExpression({
    expression: 'metric - gate * 0',
    usingMetrics: { metric, gate },
    label: 'without a socket',
    period: Duration.minutes(1),
  });
}
