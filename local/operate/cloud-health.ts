/** How an environment in AWS is, from CloudWatch: the states of its alarms and the newest values of its metrics. */
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { metricDimensions, metricNamespace } from '../../runtime/platform/metric-names.ts';
import type { Deployed } from './deployed.ts';
import { type AlarmHealth, type Health, type Reading, severityOf } from './health.ts';
import { gaugesOf, READING_LIFE } from './readings.ts';

const MINUTE_SECONDS = 60;

/** @throws OperatorError when a stack or an alarm that the templates declare is not there */
export async function cloudHealth(deployed: Deployed, now: Date): Promise<Health> {
  const client = new CloudWatchClient(deployed.client);
  // First, for it is the one that knows whether anything is deployed at all.
  const versions = await deployed.versions();
  const [alarms, readings] = await Promise.all([
    alarmsOf(client, deployed),
    readingsOf(client, deployed, now),
  ]);
  return { environment: deployed.name, at: now.toISOString(), alarms, readings, versions };
}

async function alarmsOf(client: CloudWatchClient, deployed: Deployed): Promise<AlarmHealth[]> {
  const found = new Map<string, AlarmHealth>();
  // Names of an environment 'dev-eu' begin like those of 'dev', too.
  const own = new Set(deployed.alarms);
  const AlarmNamePrefix = `barflow-${deployed.name}-`;
  const pages = paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  );
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
    for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
      const { AlarmName = '', AlarmActions = [], AlarmDescription = '', StateValue } = alarm;
      if (!own.has(AlarmName)) continue;
      const isSuppressed = 'ActionsSuppressedBy' in alarm && alarm.ActionsSuppressedBy !== undefined;
      const since = alarm.StateUpdatedTimestamp?.toISOString();
      found.set(AlarmName, {
        name: AlarmName,
        state: StateValue ?? 'INSUFFICIENT_DATA',
        severity: severityOf(AlarmActions, isSuppressed),
        ...(since === undefined ? {} : { since }),
        description: AlarmDescription,
      });
    }
  }
  deployed.expectAlarms(new Set(found.keys()));
  return [...found.values()];
}

async function readingsOf(client: CloudWatchClient, deployed: Deployed, now: Date): Promise<Reading[]> {
  const wanted = gaugesOf(deployed.environment.feeds);
  const queries: MetricDataQuery[] = wanted.map(({ metric, feed, statistic = 'Maximum' }, index) => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: metricNamespace,
        MetricName: metric,
        Dimensions: [
          { Name: metricDimensions.environment, Value: deployed.name },
          { Name: metricDimensions.feed, Value: feed },
        ],
      },
      Period: MINUTE_SECONDS,
      Stat: statistic,
    },
  }));
  const reply = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - READING_LIFE),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: queries,
    }),
  );
  const newest = new Map(reply.MetricDataResults?.map(({ Id, Values }) => [Id, Values?.[0]]));
  return wanted.map(({ what, unit }, index) => {
    const value = newest.get(`m${index}`);
    return { what, unit, ...(value === undefined ? {} : { value }) };
  });
}
