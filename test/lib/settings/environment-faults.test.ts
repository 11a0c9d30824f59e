/** What an environment must look like, and what its owner reads when it does not. */
import { describe, expect, test } from '@jest/globals';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, Size } from 'aws-cdk-lib/core';
import { environments } from '../../../lib/environments.ts';
import type { Environment } from '../../../lib/settings/environment.ts';
import { refuseFaults } from '../../../lib/settings/environment-faults.ts';
import { defaultThresholds } from '../../../lib/settings/thresholds.ts';
import { faultsOf, feed } from '../support/faults.ts';
import { least } from '../synthesized.ts';

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
            host: [63, 63, 63, 61].map(length => 'x'.repeat(length)).join('.'),
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
        thresholds: defaultThresholds,
        runbookUrl: `https://${'x'.repeat(292)}`,
        notify: {
          page: [`${'x'.repeat(64)}@${'y'.repeat(185)}.com`],
          ticket: [`https://${'x'.repeat(2_040)}`],
        },
        streamRetention: Duration.days(365),
        removal: 'retain',
        vpc: { vpcId: 'vpc-0123456789abcdef0', subnetIds: ['subnet-01234567'], assignPublicIp: true },
        logRetention: RetentionDays.INFINITE,
        logLevel: 'DEBUG',
        apiOrigins: ['https://charts.example.com', 'https://a-b.example:8443', 'http://localhost:3000'],
        tags: { 'cost centre': 'A/1', owner: '' },
      }),
    ).toEqual([]);
  });

  test.each([
    '*',
    'https://*.example.com',
    'https://charts.example.com/',
    'https://Charts.example.com',
    'http://charts.example.com',
    'charts.example.com',
    'null',
    'https://charts.example.com https://other.example.com',
    5,
  ])('may not let in pages of %p', origin => {
    expect(faultsOf({ ...least, apiOrigins: [origin] })).toEqual([
      expect.stringMatching(/^apiOrigins is .*: use origins as browsers spell them, such as 'https:/),
    ]);
  });

  test('names each origin of pages once, in a list', () => {
    const twice = ['https://a.example', 'https://a.example'];
    expect(faultsOf({ ...least, apiOrigins: twice })).toEqual([
      "apiOrigins is 'https://a.example': use each of them once",
    ]);
    expect(faultsOf({ ...least, apiOrigins: 'https://a.example' })).toEqual([
      "apiOrigins is 'https://a.example': use a list of origins",
    ]);
  });

  test('is refused with its name and all of its faults at once', () => {
    expect(() =>
      refuseFaults('dev', { ...least, feeds: [{ ...feed, shards: 3 }], streamRetention: Duration.hours(12) }),
    ).toThrow(
      new Error(
        [
          "environment 'dev' cannot be used:",
          '  feeds[0].shards is 3: use one of 1, 2, 4, 8, 16, 32, 64, or { minutes, bars } of these',
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
    [
      { region: 'us-esat-1' },
      "region is 'us-esat-1': use one of us-east-1, us-east-2, us-gov-east-1, us-gov-west-1, us-iso-east-1, us-iso-west-1, us-isob-east-1, us-isob-west-1, us-isof-east-1, us-isof-south-1, us-west-1, us-west-2, or leave it out",
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
    [{ logLevel: 'info' }, "logLevel is 'info': use one of DEBUG, INFO, WARN, ERROR"],
    [{ enableExecuteCommand: 1 }, 'enableExecuteCommand is 1: use true or false'],
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
    [{ tags: { x: 5 } }, 'tags.x is 5: use a text of up to 256 letters, digits, spaces and _.:/=+-@'],
    [{ tags: null }, 'tags is null: use texts by key'],
    [
      { tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag${index}`, ''])) },
      'tags are 48: use at most 47, which is what AWS leaves',
    ],
    [
      { streamretention: Duration.days(2) },
      "a setting of the environment is 'streamretention': use one of account, region, feeds, streamRetention, removal, vpc, logRetention, logLevel, notify, thresholds, runbookUrl, guardDeployments, enableExecuteCommand, apiOrigins, tags",
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

  test.each(['Dev 2', '__proto__', 'constructor'])('called %s is refused', name => {
    expect(faultsOf({}, name)).toEqual([
      `its name is '${name}': use at most 31 lower-case letters, digits and hyphens, a letter first, and no name that every object has, such as 'constructor'`,
    ]);
  });
});
