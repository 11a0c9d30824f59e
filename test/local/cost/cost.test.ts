/** The bill: what the documentation says is what the templates cost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Duration, Size } from 'aws-cdk-lib/core';
import type { Feed } from '../../../lib/settings/environment.ts';
import { totalOf } from '../../../local/cost/bill.ts';
import { loadOf } from '../../../local/cost/load.ts';
import { passingBill } from '../../../local/cost/passing-bill.ts';
import {
  billFor,
  bills,
  leversOf,
  passingFeed,
  passingOf,
  stacksFor,
  tableOf,
} from '../../../local/cost/table.ts';

const bySize = bills();
const billWithout = (symbols: number) => billFor(symbols, { store: false });

describe('the bill', () => {
  test('is the one in the documentation', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/deploying.md'), 'utf8');
    expect(text).toContain(tableOf(bySize));
    expect(text).toContain(passingOf(bySize));
    expect(text).toContain(leversOf(bySize));
  });

  test('is in the README, rounded', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    for (const [symbols, bill] of bySize)
      expect(readme).toMatch(
        new RegExp(`\\| ${symbols.toLocaleString('en-US')} \\| \\d \\| ${Math.round(totalOf(bill))} \\|`),
      );
  });

  test('grows with the number of symbols, item by item', () => {
    const [small, middle, large] = [...bySize.values()];
    for (const item of Object.keys(small ?? {})) {
      expect(middle?.[item]).toBeGreaterThanOrEqual(small?.[item] ?? Number.NaN);
      expect(large?.[item]).toBeGreaterThanOrEqual(middle?.[item] ?? Number.NaN);
    }
  });
});

test('the query API costs what its questions cost: of API Gateway, the function, its tables, its logs and its alarms', () => {
  // A page asks 38 times a minute of each of 21 days of 16 hours.
  const questions = 21 * 16 * 60 * 38;
  const bill = bySize.get(500) ?? {};
  expect(bill['API Gateway: questions of one live page']).toBeCloseTo(questions / 1e6, 6);
  expect(bill['Lambda: query API']).toBeCloseTo(questions * 0.05 * 0.0000133334 + (questions / 1e6) * 0.2, 6);
  // 12 looks at 64 slots of half a unit each, 12 times 16 symbols with 7 halves, 13 with 1 and 1.5, 16 lines of half and 4 units.
  const units = 12 * 64 * 0.5 + 12 * 16 * 3.5 + 13 * (0.5 + 1.5) + 16 * 4.5;
  expect(bill['DynamoDB: bars, asked for']).toBeCloseTo(((21 * 960 * units) / 1e6) * 0.125, 6);
  const without = billWithout(500);
  expect(Object.keys(without).filter(item => /API|asked/.test(item) && without[item] !== 0)).toEqual([]);
  // 0.7 KB each, of which those of the access log are half.
  expect((bill['CloudWatch: logs'] ?? 0) - (without['CloudWatch: logs'] ?? 0)).toBeCloseTo(
    ((questions * 0.7) / 1e6) * (0.5 + 0.03 / 7),
    6,
  );
  // Three alarms, one of which looks at two metrics, beside those of the store; and the metric that is made of the access log.
  expect(bill['CloudWatch: metrics asked for']).toBeCloseTo((21 * 960 * 2 * 0.01) / 1_000, 6);
  expect((bill['CloudWatch: alarms'] ?? 0) - (without['CloudWatch: alarms'] ?? 0)).toBeGreaterThanOrEqual(
    1.099,
  );
  // And four metrics of the store, while the market is open.
  expect((bill['CloudWatch: metrics'] ?? 0) - (without['CloudWatch: metrics'] ?? 0)).toBeCloseTo(
    0.3 * (1 + (4 * 21 * 16) / 730),
    6,
  );
});

/** Types of resources by the item of the bill that they stand in. */
const BILLED: Readonly<Record<string, string>> = {
  'AWS::Kinesis::Stream': 'Kinesis: shards',
  'AWS::Kinesis::StreamConsumer': 'Kinesis: pushed to the roll-up',
  'AWS::KMS::Key': 'KMS: keys of the streams',
  'AWS::DynamoDB::Table': 'DynamoDB: state',
  'AWS::S3::Bucket': 'S3: reports and failed batches',
  'AWS::ECS::Service': 'Fargate: ingester',
  'AWS::ECS::TaskDefinition': 'Secrets Manager',
  'AWS::Lambda::Function': 'Lambda: roll-up',
  'AWS::Scheduler::Schedule': 'Lambda: monitor and daily jobs',
  'AWS::ApiGatewayV2::Api': 'API Gateway: questions of one live page',
  'AWS::CloudWatch::Alarm': 'CloudWatch: alarms',
  'AWS::CloudWatch::CompositeAlarm': 'CloudWatch: alarms',
  'AWS::CloudWatch::Dashboard': 'CloudWatch: dashboard',
  'AWS::Logs::LogGroup': 'CloudWatch: logs',
  'AWS::Logs::MetricFilter': 'CloudWatch: metrics',
  'AWS::SNS::Topic': 'SNS: mails',
};
/** What costs nothing by itself: rights, wiring, a network without gateways that are paid for, parameters of the standard tier. */
const FREE =
  /^AWS::(?:IAM|EC2|SSM|Events|CDK)::|^AWS::(?:ECS::Cluster|KMS::Alias|Kinesis::ResourcePolicy|Logs::(?:QueryDefinition|ResourcePolicy)|SNS::TopicPolicy|S3::BucketPolicy|Glue::(?:Database|Table)|Lambda::(?:Event(?:SourceMapping|InvokeConfig)|Permission)|ApiGatewayV2::(?:Integration|Route|Stage))$|^Custom::/;

test('every resource of the templates has its item in the bill, or is known to be free', () => {
  const dearest = { ...passingFeed, readers: ['111122223333'], expedited: true, warmStandby: true };
  const types = new Set(stacksFor(dearest).flatMap(({ resources }) => resources.map(({ type }) => type)));
  expect([...types].filter(type => !(type in BILLED) && !FREE.test(type))).toEqual([]);
  const bill = billFor(500, dearest);
  for (const type of types) if (BILLED[type]) expect(bill[BILLED[type]]).toBeGreaterThan(0);
  // Of what EC2 has, these alone cost.
  expect([...types].filter(type => /NatGateway|::EIP$|TransitGateway/.test(type))).toEqual([]);
});

test('what settings add to the templates they add to the bill', () => {
  const added = (size: Partial<Feed>, kept?: Parameters<typeof billFor>[2]) => {
    const [plain, other] = [bySize.get(500) ?? {}, billFor(500, size, kept)];
    const items = Object.keys(plain).filter(item => Math.abs((other[item] ?? 0) - (plain[item] ?? 0)) > 1e-9);
    return Object.fromEntries(items.map(item => [item, (other[item] ?? 0) - (plain[item] ?? 0)]));
  };
  expect(added({ warmStandby: true })).toEqual({
    'Fargate: ingester': expect.closeTo(730 * (0.25 * 0.03238 + 0.5 * 0.00356), 6),
    'Public addresses': expect.closeTo(730 * 0.005, 6),
  });
  const pushed = ((500 * 21 * 960 + 64 * 43_800) * 250 * 0.013) / 1e9;
  expect(added({ expedited: true })).toEqual({
    'Kinesis: pushed to the roll-up': expect.closeTo(730 * 0.015 + pushed, 6),
  });
  expect(added({ shards: { minutes: 1, bars: 2 } })).toMatchObject({
    'Kinesis: shards': expect.closeTo(730 * 0.015, 6),
    'KMS: keys of the streams': expect.closeTo((2 * 730 * 12 * 3) / 1e6, 6),
  });
  expect(added({ spot: true })).toEqual({
    'Fargate: ingester': expect.closeTo(-0.7 * 730 * (0.25 * 0.03238 + 0.5 * 0.00356), 6),
  });
  const awake = (21 * (960 + 25)) / 60;
  expect(added({ schedule: 'sessions' })).toMatchObject({
    'Fargate: ingester': expect.closeTo((awake - 730) * (0.25 * 0.03238 + 0.5 * 0.00356), 6),
    'Public addresses': expect.closeTo((awake - 730) * 0.005, 6),
  });
  expect(added({}, { streamRetention: Duration.days(7), removal: 'retain' })).toEqual({
    'Kinesis: shards': expect.closeTo(2 * 730 * 0.02, 6),
    'DynamoDB: bars, restorable': expect.closeTo(loadOf(500, { minutes: 1, bars: 1 }).storedGigabytes / 5, 6),
  });
});

test('what is passed on costs what each of its sinks takes, and the latest bars what their function does', () => {
  const redis = { kind: 'redis', urlSecret: 'redis', tokenSecret: 'token' } as const;
  const feed: Partial<Feed> = {
    ...passingFeed,
    sinks: [
      { kind: 'stdout' },
      { kind: 'events', shards: 2 },
      {
        ...{ kind: 's3', window: Duration.minutes(5), part: Size.mebibytes(32) },
        keepFor: Duration.days(73),
      },
      redis,
    ],
  };
  const kept = { streamRetention: Duration.days(7), removal: 'destroy' } as const;
  const [plain, bill] = [bySize.get(500) ?? {}, billFor(500, feed, kept, 2_000)];
  const seconds = 21 * 16 * 3_600;
  const events = 2_000 * seconds;
  // Two shards beside those of minutes and bars, kept for longer; one who puts, and none of ours who reads.
  expect(bill['Kinesis: shards']).toBeCloseTo(4 * 730 * (0.015 + 0.02), 6);
  const adds = (item: string) => (bill[item] ?? 0) - (plain[item] ?? 0);
  expect(adds('KMS: keys of the streams')).toBeCloseTo((2 * 730 * 12 * 3) / 1e6, 6);
  // Sixteen lanes, twenty times a second, each a record of less than 25 KB.
  expect(bill['Kinesis: events passed on']).toBeCloseTo(((16 * 20 * seconds) / 1e6) * 0.014, 6);
  // Parts of 32 MiB; of three kinds twelve objects an hour, each begun, ended by a smaller part, and completed.
  const requests = (events * 336) / 2 ** 25 + 3 * 21 * 16 * 12 * 3;
  expect(bill['S3: events passed on, put']).toBeCloseTo((requests / 1e6) * 5, 6);
  // 73 days are 2.4 months.
  expect(bill['S3: events passed on, kept']).toBeCloseTo(((events * 336) / 1e9) * 2.4 * 0.023, 6);
  // CloudWatch counts 26 bytes for each line beside its own.
  expect(bill['CloudWatch: events in the log']).toBeCloseTo(((events * 205) / 1e9) * (0.5 + 0.03 / 7), 6);
  expect(bill['Traffic out: events acknowledged']).toBeCloseTo(((events * 124) / 1e9) * 0.04 * 0.09, 6);
  expect(adds('Secrets Manager')).toBeCloseTo(0.8, 6);
  // Twice a window, and a batch for each 1,000 bars.
  const bars = 500 * 21 * 192;
  const calls = bars / 1_000 + 21 * 192 * 2;
  expect(adds('Lambda: latest bars in Redis')).toBeCloseTo(
    ((bars / 1_000) * 0.4 + calls * 0.05) * 0.5 * 0.0000133334 + (calls / 1e6) * 0.2,
    6,
  );
  expect(adds('CloudWatch: logs')).toBeCloseTo(((calls * 0.7) / 1e6) * (0.5 + 0.03 / 7), 6);
  // Two metrics of sinks, and three of the function while the market is open; two alarms and four, of which two look at several metrics.
  expect(adds('CloudWatch: metrics')).toBeCloseTo(0.3 * (2 + (3 * 21 * 16) / 730), 6);
  expect(adds('CloudWatch: alarms')).toBeCloseTo(0.1 * (2 + 1 + 2 + 1 + 3), 6);
});

test('events cost nothing where none are passed on, and more of them more where they fill records', () => {
  const objects = { part: 0, minutes: 0, days: undefined };
  const billed = (perSecond: number, ...sinks: string[]) => passingBill({ sinks, objects }, perSecond);
  expect(Object.values(billed(0))).toEqual([0, 0, 0, 0, 0]);
  expect(Object.values(billed(1_000)).filter(dollars => dollars > 0)).toHaveLength(1);
  const puts = (perSecond: number) => billed(perSecond, 'events')['Kinesis: events passed on'];
  const units = ((21 * 16 * 3_600) / 1e6) * 0.014;
  expect(puts(10)).toBeCloseTo(10 * units, 6);
  // 25 KB hold 230 events.
  expect(puts(230_000)).toBeCloseTo(((230_000 * 111) / 25_600) * units, 6);
});

test('readers in other accounts cost a key, and its use by each of them', () => {
  const shared = billFor(2_000, { shards: 2, readers: ['111122223333', '444455556666'] });
  const plain = billFor(2_000, { shards: 2 });
  const item = 'KMS: keys of the streams';
  // Two streams of two shards, which one puts to, one of us reads and each of them: every five minutes.
  expect(shared[item]).toBeCloseTo(1 + (2 * 2 * (2 + 2) * 730 * 12 * 3) / 1e6, 6);
  expect(plain[item]).toBeCloseTo((2 * 2 * 2 * 730 * 12 * 3) / 1e6, 6);
  expect(totalOf(shared) - totalOf(plain)).toBeCloseTo((shared[item] ?? 0) - (plain[item] ?? 0), 6);
});

test('a month has a record for every symbol and minute, and a third of that in bars', () => {
  const { minutePuts, barPuts } = loadOf(1_000, { minutes: 1, bars: 1 });
  expect(minutePuts).toBe(1_000 * 21 * 960 + 64 * 43_800);
  expect(barPuts / (1_000 * 21 * 960)).toBeCloseTo(1 / 3, 1);
});
