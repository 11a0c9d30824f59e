/** How the alarms stand, as SDKs in three protocols and the function behind the live page ask CloudWatch for it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CloudWatchClient, DescribeAlarmsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MetricStore } from '../../../local/alarms/metric-store.ts';
import { parseStatistic } from '../../../local/alarms/statistic.ts';
import { awsEnvironment, credentials, region } from '../../../local/engine/account.ts';
import { AlarmServer } from '../../../local/engine/alarm-server.ts';
import type { AlarmNow } from '../../../local/engine/describe-alarms.ts';
import { CloudWatchAlarms } from '../../../runtime/api/status/alarms.ts';
import { CloudWatchMetrics } from '../../../runtime/api/status/figures.ts';
import { pythonWith } from '../../support/programs.ts';
import { skipped } from '../../support/skipped.ts';

const SINCE = Date.parse('2025-11-20T14:31:00Z');
const PREFIX = 'barflow-local-Stocks-';
const base = {
  description: 'It <means> this & that. Runbook: docs/runbook.md#feed-silent',
  actions: ['a:b-page'],
};
const alarms: AlarmNow[] = [
  { ...base, kind: 'metric', name: `${PREFIX}FeedSilent`, state: 'ALARM', since: SINCE },
  { ...base, kind: 'metric', name: `${PREFIX}WatermarkLag`, state: 'OK', since: SINCE },
  { ...base, kind: 'composite', name: `${PREFIX}FeedDown`, state: 'ALARM', since: SINCE + 60_000 },
  { ...base, kind: 'metric', name: 'barflow-local-Crypto-FeedSilent', state: 'ALARM', since: undefined },
];
let server: AlarmServer;
let client: CloudWatchClient;

beforeAll(async () => {
  server = await AlarmServer.start();
  client = new CloudWatchClient({ region, credentials, endpoint: server.endpoint, maxAttempts: 1 });
});

afterAll(() => server.stop());

test('the function behind the page is told none while nobody evaluates any, and then those that stand', async () => {
  const told = () =>
    new CloudWatchAlarms(client, () => 0, { warn: message => expect(message).toBe('') }).standing(PREFIX);
  server.alarms = () => [];
  expect(await told()).toEqual([]);
  server.alarms = () => alarms;
  expect(await told()).toEqual([
    { name: 'FeedDown', since: SINCE + 60_000, runbook: '#feed-silent' },
    { name: 'FeedSilent', since: SINCE, runbook: '#feed-silent' },
  ]);
});

test('asked for nothing in particular it tells of alarms on metrics, as CloudWatch does, and by name of those that are named', async () => {
  server.alarms = () => alarms;
  const all = await client.send(new DescribeAlarmsCommand({}));
  expect([all.MetricAlarms?.length, all.CompositeAlarms]).toEqual([3, []]);
  const { MetricAlarms } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: [`${PREFIX}WatermarkLag`] }),
  );
  expect(MetricAlarms).toEqual([
    {
      AlarmName: `${PREFIX}WatermarkLag`,
      AlarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${PREFIX}WatermarkLag`,
      AlarmDescription: base.description,
      AlarmActions: base.actions,
      StateValue: 'OK',
      StateUpdatedTimestamp: new Date(SINCE),
      StateTransitionedTimestamp: new Date(SINCE),
    },
  ]);
});

test('functions are led to it, and where there is none to nobody: no question about alarms leaves this machine', () => {
  const others = { kinesis: 'http://127.0.0.1:2', dynamodb: 'http://127.0.0.1:3' };
  const led = (cloudwatch?: string) =>
    awsEnvironment({ ...others, ...(cloudwatch && { cloudwatch }) })['AWS_ENDPOINT_URL_CLOUDWATCH'];
  expect([led(server.endpoint), led()]).toEqual([server.endpoint, 'http://127.0.0.1:1']);
});

test('what it does not answer it refuses by name', async () => {
  await expect(client.send(new DescribeAlarmsCommand({ MaxRecords: 5 }))).rejects.toThrow(
    /^MaxRecords is not answered on this machine .*: use AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue$/,
  );
  await expect(client.send(new ListMetricsCommand({}))).rejects.toThrow(
    "CloudWatch's ListMetrics is not answered on this machine: use DescribeAlarms",
  );
});

/** The old protocol is that of the botocore which distributions bring. */
const SCRIPT = `
import boto3, json, sys
from botocore.exceptions import ClientError
from botocore.loaders import Loader
if sys.argv[2] == 'query':
    load = Loader.load_service_model
    def old(self, service, type_name, api_version=None):
        model = load(self, service, type_name, api_version)
        if type_name == 'service-2':
            model['metadata'].update(protocol='query', protocols=['query'])
        return model
    Loader.load_service_model = old
client = boto3.client('cloudwatch', endpoint_url=sys.argv[1])
told = client.describe_alarms(AlarmNamePrefix='${PREFIX}', AlarmTypes=['MetricAlarm', 'CompositeAlarm'], StateValue='ALARM')
alarms = told['CompositeAlarms'] + told['MetricAlarms']
print(json.dumps([[a['AlarmName'], a['AlarmDescription'], a['AlarmActions'], a['StateUpdatedTimestamp'].timestamp()] for a in alarms]))
try:
    client.describe_alarms(MaxRecords=5)
except ClientError as error:
    print(error.response['Error']['Code'])
`;

test.each(['its own choice', 'query'])('boto3 reads the same, by %s of protocol', async protocol => {
  const python = pythonWith('boto3');
  if (python === undefined) return skipped('no Python with boto3 is on this machine');
  server.alarms = () => alarms;
  const env = {
    ...{ AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' },
    AWS_MAX_ATTEMPTS: '1',
  };
  const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT, server.endpoint, protocol], {
    env: { ...process.env, ...env },
  });
  const [told = '', refused] = stdout.trim().split('\n');
  expect(JSON.parse(told)).toEqual([
    [`${PREFIX}FeedDown`, base.description, base.actions, SINCE / 1_000 + 60],
    [`${PREFIX}FeedSilent`, base.description, base.actions, SINCE / 1_000],
  ]);
  expect(refused).toBe('ValidationError');
});

test('the function behind the page is told what metrics say, by event time', async () => {
  const store = new MetricStore();
  const dimensions = { Environment: 'local', Feed: 'stocks' };
  const at = (time: string) => Date.parse(`2025-11-20T${time}:00Z`);
  const add = (name: string, time: string, value: number) =>
    store.add({ namespace: 'Barflow', name, dimensions, values: [value], at: at(time) });
  for (const [time, value] of [
    ['14:34', 9],
    ['14:35', 20],
    ['14:39', 5],
    ['14:40', 7],
  ] as const)
    add('Bars', time, value);
  for (const [time, value] of [
    ['04:59', 9],
    ['05:00', 1],
    ['14:41', 2],
  ] as const)
    add('Quarantined', time, value);
  const figures = () =>
    new CloudWatchMetrics(client, () => 0, { warn: message => expect(message).toBe('') }).figures(
      { environment: 'local', feed: 'stocks' },
      at('14:41') + 30_000,
      at('05:00'),
    );
  expect(await figures()).toEqual({ barsPerMinute: 0, quarantinedToday: 0 });
  server.measured = (metric, statistic, from, to) =>
    store.statistic(metric, parseStatistic(statistic), from, to);
  expect(await figures()).toEqual({ barsPerMinute: 5, quarantinedToday: 3 });
});
