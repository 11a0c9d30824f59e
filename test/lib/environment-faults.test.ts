/** What an environment must look like, and what its owner reads when it does not. */
import { describe, expect, test } from '@jest/globals';
import { Duration, Size } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Environment, type Feed, withFeedDefaults } from '../../lib/environment.ts';
import { refuseFaults } from '../../lib/environment-faults.ts';
import { environments } from '../../lib/environments.ts';
import { least } from './synthesized.ts';

const feed: Feed = { market: 'stocks', symbols: ['AAPL'], apiKeySecret: 'keys/vendor' };

/** What is said of an environment that has these settings, as a file without types would allow. */
function faultsOf(settings: Readonly<Record<string, unknown>>, name = 'dev'): string[] {
  try {
    refuseFaults(name, Object.assign({}, least, settings));
    return [];
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map(line => line.trim());
  }
}

const faultsOfFeed = (settings: Readonly<Record<string, unknown>>) =>
  faultsOf({ feeds: [{ ...feed, ...settings }] });

describe('an environment', () => {
  test.each(Object.entries(environments))('%s of the app is accepted', (name, environment) => {
    expect(() => refuseFaults(name, environment)).not.toThrow();
  });

  test('may say everything it can say', () => {
    expect(
      faultsOf({
        account: '1'.repeat(12),
        region: 'us-gov-west-1',
        feeds: [
          {
            market: 'futures',
            symbols: '*',
            apiKeySecret: 'a/b_c+d=e.f@g-h',
            host: 'delayed.massive.com',
            delay: Duration.minutes(10),
            shards: 64,
            alignment: 'session',
            watermarkGrace: Duration.seconds(0),
            task: { cpu: 4096, memory: Size.gibibytes(30) },
            provisionalBars: true,
            backfillOnStart: 'none',
            restRequestsPerSecond: 0.08,
            warmStandby: true,
          },
          feed,
        ],
        streamRetention: Duration.days(365),
        removal: 'retain',
        vpc: { vpcId: 'vpc-0123456789abcdef0', subnetIds: ['subnet-01234567'], assignPublicIp: true },
        logRetention: RetentionDays.INFINITE,
        tags: { 'cost centre': 'A/1', owner: '' },
      }),
    ).toEqual([]);
  });

  test('is refused with its name and all of its faults at once', () => {
    expect(() =>
      refuseFaults('dev', { ...least, feeds: [{ ...feed, shards: 3 }], streamRetention: Duration.hours(12) }),
    ).toThrow(
      new Error(
        [
          "environment 'dev' cannot be used:",
          '  feeds[0].shards is 3: use one of 1, 2, 4, 8, 16, 32, 64',
          '  streamRetention is 12 hours: use a Duration of 1 day to 365 days, in whole hours',
        ].join('\n'),
      ),
    );
  });

  const refusals: [Readonly<Record<string, unknown>>, string][] = [
    [
      { account: '12345' },
      "account is '12345': use twelve digits in quotes, or leave it out to deploy where the credentials point",
    ],
    [
      { region: 'Frankfurt' },
      "region is 'Frankfurt': use a region's name such as 'eu-central-1', or leave it out",
    ],
    [{ feeds: [] }, 'feeds is []: use a list of at least one feed'],
    [{ feeds: undefined }, 'feeds is missing: use a list of at least one feed'],
    [
      { streamRetention: undefined },
      'streamRetention is missing: use a Duration of 1 day to 365 days, in whole hours',
    ],
    [{ streamRetention: 24 }, 'streamRetention is 24: use a Duration of 1 day to 365 days, in whole hours'],
    [
      { streamRetention: Duration.minutes(1501) },
      'streamRetention is 90060 seconds: use a Duration of 1 day to 365 days, in whole hours',
    ],
    [
      { streamRetention: Duration.days(366) },
      'streamRetention is 366 days: use a Duration of 1 day to 365 days, in whole hours',
    ],
    [
      { removal: 'keep' },
      "removal is 'keep': use 'destroy' where data may go with the stack, 'retain' where it may not",
    ],
    [
      { vpc: { vpcId: 'main', subnetIds: ['subnet-01234567'] } },
      "vpc.vpcId is 'main': use the id of a network, such as 'vpc-0123456789abcdef0'",
    ],
    [
      { vpc: { vpcId: 'vpc-01234567', subnetIds: [] } },
      'vpc.subnetIds is []: use a list of at least one subnet',
    ],
    [
      { vpc: { vpcId: 'vpc-01234567', subnetIds: ['a'] } },
      "vpc.subnetIds is 'a': use ids such as 'subnet-0123456789abcdef0'",
    ],
    [{ logRetention: 8 }, 'logRetention is 8: use a value of RetentionDays, such as RetentionDays.ONE_MONTH'],
    [
      { tags: { 'aws:x': 'y' } },
      "the key of a tag is 'aws:x': use 1 to 128 letters, digits, spaces and _.:/=+-@, not 'aws:' first",
    ],
    [
      { notify: { page: ['nobody'] } },
      "notify.page is 'nobody': use mail addresses and addresses that begin with https://",
    ],
    [{ notify: { shout: [] } }, "a severity of notify is 'shout': use one of page, ticket"],
    [
      { thresholds: { lagSeconds: -1 } },
      'thresholds.lagSeconds is -1: use a number from 0 on; its unit stands in thresholds.ts',
    ],
    [{ guardDeployments: 'yes' }, "guardDeployments is 'yes': use true or false"],
    [{ runbookUrl: 'a page' }, "runbookUrl is 'a page': use an address without spaces, or leave it out"],
    [{ tags: { x: '<y>' } }, "tags.x is '<y>': use a text of up to 256 letters, digits, spaces and _.:/=+-@"],
    [
      { account: 111_111_111_111 },
      'account is 111111111111: use twelve digits in quotes, or leave it out to deploy where the credentials point',
    ],
    [
      { region: ['eu-central-1'] },
      "region is [ 'eu-central-1' ]: use a region's name such as 'eu-central-1', or leave it out",
    ],
    [{ feeds: [null] }, 'feeds[0] is null: use the settings of a feed'],
    [{ vpc: null }, 'vpc is null: use vpcId and subnetIds, or leave it out for a new network'],
    [
      { vpc: { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], assignPublicIp: 'yes' } },
      "vpc.assignPublicIp is 'yes': use true or false",
    ],
    [
      { vpc: { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], subnets: [] } },
      "a setting of vpc is 'subnets': use one of vpcId, subnetIds, assignPublicIp",
    ],
    [
      { vpc: { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567', 'subnet-01234567'] } },
      "vpc.subnetIds is 'subnet-01234567': use each of them once",
    ],
    [
      { logRetention: 'ONE_WEEK' },
      "logRetention is 'ONE_WEEK': use a value of RetentionDays, such as RetentionDays.ONE_MONTH",
    ],
    [
      { notify: ['desk@example.com'] },
      "notify is [ 'desk@example.com' ]: use lists of subscribers by severity",
    ],
    [
      { notify: { page: 'desk@example.com' } },
      "notify.page is 'desk@example.com': use a list of subscribers",
    ],
    [
      { notify: { page: ['a@example.com', 'a@example.com'] } },
      "notify.page is 'a@example.com': use each of them once",
    ],
    [{ thresholds: 5 }, 'thresholds is 5: use numbers by name'],
    [{ runbookUrl: 5 }, 'runbookUrl is 5: use an address without spaces, or leave it out'],
    [{ tags: { x: 5 } }, 'tags.x is 5: use a text of up to 256 letters, digits, spaces and _.:/=+-@'],
    [{ tags: null }, 'tags is null: use texts by key'],
    [
      { tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag${index}`, ''])) },
      'tags are 48: use at most 47, which is what AWS leaves',
    ],
    [
      { streamretention: Duration.days(2) },
      "a setting of the environment is 'streamretention': use one of account, region, feeds, streamRetention, removal, vpc, logRetention, notify, thresholds, runbookUrl, guardDeployments, tags",
    ],
  ];
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOf(settings)).toEqual([message]);
    },
  );

  test.each([null, undefined, 'prod', []])('that is %p is refused', got => {
    const found: Record<string, Environment> = {};
    Reflect.set(found, 'dev', got);
    for (const [name, environment] of Object.entries(found))
      expect(() => refuseFaults(name, environment)).toThrow(
        /^environment 'dev' cannot be used:\n {2}it is .+: use settings/,
      );
  });

  test('whose name cannot be part of a stack name is refused', () => {
    expect(faultsOf({}, 'Dev 2')).toEqual([
      "its name is 'Dev 2': use at most 31 lower-case letters, digits and hyphens, a letter first",
    ]);
  });
});

describe('a feed', () => {
  const seconds = (most: string) => `use a Duration of 0 seconds to ${most}, in whole seconds`;

  const refusals: [Readonly<Record<string, unknown>>, string][] = [
    [{ market: 'bonds' }, "feeds[0].market is 'bonds': use one of stocks, crypto, futures"],
    [{ symbols: 'AAPL' }, "feeds[0].symbols is 'AAPL': use '*' or a list of tickers"],
    [{ symbols: [] }, "feeds[0].symbols is []: use '*' or a list of tickers"],
    [
      { symbols: ['A,B'] },
      "feeds[0].symbols is 'A,B': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks",
    ],
    [
      { symbols: Array.from({ length: 12_000 }, (_, index) => `${10_000 + index}`) },
      "feeds[0].symbols takes 71999 characters: use at most 50000, which is what a task holds, or '*'",
    ],
    [{ apiKeySecret: undefined }, 'feeds[0].apiKeySecret is missing: use the name of a secret, not its ARN'],
    [
      { apiKeySecret: 'arn:aws:secretsmanager:…' },
      "feeds[0].apiKeySecret is 'arn:aws:secretsmanager:…': use the name of a secret, not its ARN",
    ],
    [
      { host: 'wss://socket.massive.com/stocks' },
      "feeds[0].host is 'wss://socket.massive.com/stocks': use a host's name such as 'socket.massive.com', without scheme and path",
    ],
    [
      { host: 'delayed.massive.com' },
      "feeds[0].delay is missing: use how late 'delayed.massive.com' sends: Duration.minutes(15) for stocks",
    ],
    [{ delay: Duration.hours(2) }, `feeds[0].delay is 2 hours: ${seconds('1 hour')}`],
    [{ delay: 900 }, `feeds[0].delay is 900: ${seconds('1 hour')}`],
    [{ shards: 128 }, 'feeds[0].shards is 128: use one of 1, 2, 4, 8, 16, 32, 64'],
    [{ alignment: 'day' }, "feeds[0].alignment is 'day': use one of clock, session"],
    [
      { watermarkGrace: Duration.millis(1500) },
      `feeds[0].watermarkGrace is 1.5 seconds: ${seconds('5 minutes')}`,
    ],
    [
      { task: { cpu: 300, memory: Size.mebibytes(512) } },
      'feeds[0].task.cpu is 300: use one of 256, 512, 1024, 2048, 4096',
    ],
    [
      { task: { cpu: 512, memory: Size.mebibytes(512) } },
      'feeds[0].task.memory is 512 MiB: use 1024 to 4096 MiB with 512 CPU units, in whole GiB above 512',
    ],
    [
      { task: { cpu: 256, memory: Size.mebibytes(700) } },
      'feeds[0].task.memory is 700 MiB: use 512 to 2048 MiB with 256 CPU units, in whole GiB above 512',
    ],
    [
      { specialDays: { 'next Friday': 'closed' } },
      "a date of feeds[0].specialDays is 'next Friday': use dates such as '2027-03-05'",
    ],
    [
      { specialDays: { '2027-03-05': 'early' } },
      "feeds[0].specialDays['2027-03-05'] is 'early': use 'closed', 'as usual' or a time such as '13:00'",
    ],
    [
      { reconcile: ['*'] },
      "feeds[0].reconcile is '*': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks",
    ],
    [{ provisionalBars: 'no' }, "feeds[0].provisionalBars is 'no': use true or false"],
    [{ backfillOnStart: 'all' }, "feeds[0].backfillOnStart is 'all': use one of session, block, none"],
    [{ restRequestsPerSecond: 0 }, 'feeds[0].restRequestsPerSecond is 0: use a number from 0.01 to 100'],
    [{ warmStandby: 'yes' }, "feeds[0].warmStandby is 'yes': use true or false"],
    [{ symbols: undefined }, "feeds[0].symbols is missing: use '*' or a list of tickers"],
    [
      { symbols: ['ÄÖ'] },
      "feeds[0].symbols is 'ÄÖ': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks",
    ],
    [
      { symbols: ['X'.repeat(65)] },
      `feeds[0].symbols is '${'X'.repeat(65)}': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks`,
    ],
    [
      { symbols: [5] },
      'feeds[0].symbols is 5: use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks',
    ],
    [{ symbols: ['A', 'B', 'A', 'A'] }, "feeds[0].symbols is 'A': use each of them once"],
    [{ reconcile: 'AAPL' }, "feeds[0].reconcile is 'AAPL': use a list of tickers"],
    [{ reconcile: ['A', 'A'] }, "feeds[0].reconcile is 'A': use each of them once"],
    [
      { symbolSource: null },
      "feeds[0].symbolSource is null: use { parameter: 'its name' } or { bucket: 'its name', key: 'of the object' }",
    ],
    [
      { symbolSource: { bucket: 'lists' } },
      'feeds[0].symbolSource.key is missing: use the key of an object without spaces, * and ?',
    ],
    [
      { symbolSource: { parameter: '/list', region: 'here' } },
      "a setting of feeds[0].symbolSource is 'region': use one of parameter",
    ],
    [{ symbolLimit: '5' }, "feeds[0].symbolLimit is '5': use a whole number from 1 to 1000000"],
    [
      { symbolLimit: 1, symbols: ['A', 'B'] },
      'feeds[0].symbols are 2: use at most 1, which is the symbolLimit',
    ],
    [
      { host: null },
      "feeds[0].host is null: use a host's name such as 'socket.massive.com', without scheme and path",
    ],
    [{ apiKeySecret: 5 }, 'feeds[0].apiKeySecret is 5: use the name of a secret, not its ARN'],
    [{ shards: '4' }, "feeds[0].shards is '4': use one of 1, 2, 4, 8, 16, 32, 64"],
    [{ task: null }, 'feeds[0].task is null: use { cpu: 256, memory: Size.mebibytes(512) } or more'],
    [
      { task: { cpu: 256 } },
      'feeds[0].task.memory is missing: use a Size of 512 to 2048 MiB with 256 CPU units, in whole GiB above 512',
    ],
    [
      { task: { cpu: 256, memory: 512 } },
      'feeds[0].task.memory is 512: use a Size of 512 to 2048 MiB with 256 CPU units, in whole GiB above 512',
    ],
    [
      { task: { cpu: '256', memory: Size.mebibytes(512) } },
      "feeds[0].task.cpu is '256': use one of 256, 512, 1024, 2048, 4096",
    ],
    [
      { task: { cpu: 256, memory: Size.mebibytes(512), disk: 21 } },
      "a setting of feeds[0].task is 'disk': use one of cpu, memory",
    ],
    [{ specialDays: null }, 'feeds[0].specialDays is null: use days by date'],
    [
      { specialDays: { '2027-02-30': 'closed' } },
      "a date of feeds[0].specialDays is '2027-02-30': use dates such as '2027-03-05'",
    ],
    [{ restRequestsPerSecond: '5' }, "feeds[0].restRequestsPerSecond is '5': use a number from 0.01 to 100"],
    [
      { reconsile: ['AAPL'] },
      "a setting of feeds[0] is 'reconsile': use one of market, symbols, symbolSource, symbolLimit, apiKeySecret, host, delay, shards, alignment, watermarkGrace, task, specialDays, reconcile, provisionalBars, backfillOnStart, restRequestsPerSecond, warmStandby",
    ],
  ];
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOfFeed(settings)).toEqual([message]);
    },
  );

  test('that says undefined of an optional setting has the default', () => {
    const optional = Object.keys(withFeedDefaults(feed)).filter(name => !(name in feed));
    expect(optional).toContain('host');
    const silent = { ...feed, ...Object.fromEntries(optional.map(name => [name, undefined])) };
    expect(withFeedDefaults(silent)).toEqual(withFeedDefaults(feed));
    expect(faultsOf({ feeds: [silent] })).toEqual([]);
  });

  test('after one that is no feed is still looked at', () => {
    expect(faultsOf({ feeds: ['stocks', { ...feed, shards: 3 }] })).toEqual([
      "feeds[0] is 'stocks': use the settings of a feed",
      'feeds[1].shards is 3: use one of 1, 2, 4, 8, 16, 32, 64',
    ]);
  });

  test('of a market that has one already is refused', () => {
    expect(faultsOf({ feeds: [feed, feed] })).toEqual([
      "feeds[1].market is 'stocks': use each market once: the vendor allows one connection a market",
    ]);
  });
});
