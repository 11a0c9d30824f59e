/** What is looked at before a deployment, against AWS as it answers, and as it does not. */
import { describe, expect, test } from '@jest/globals';
import { aws, builder, deployed, feed, folder, look, one, stops } from './support/looking.ts';
import { program } from './support/programs.ts';
import { AwsError, denied, resources, stacks } from './support/stub-aws.ts';

const ids = (type: string) => deployed().logicalIds('barflow-one-Storage', [type]);
const STREAM = 'AWS::Kinesis::Stream';
const kept = Object.fromEntries(
  [STREAM, 'AWS::DynamoDB::Table', 'AWS::S3::Bucket'].flatMap(type => ids(type).map(id => [id, type])),
);

describe('an account that is ready and empty', () => {
  test('is told of in a line each, and nothing stops it', async () => {
    const { lines } = await look();
    expect(lines).toEqual([
      'ok    credentials: arn:aws:iam::123456789012:user/somebody',
      'ok    account: 123456789012 in eu-west-1, where the credentials lead',
      'ok    bootstrap: version 27',
      'ok    secret keys/a: there, and not empty',
      `ok    container builder: ${builder} answers`,
      'ok    shards: 2 more needed, 497 of 500 free in eu-west-1',
      'ok    Fargate vCPU: 0.25 more needed, 6 of 6 free in eu-west-1',
      'note  networks: 1 more needed of the 5 that eu-west-1 allows; AWS does not count how many there are',
      ...['Storage', 'Pipeline', 'Serving', 'Monitoring'].map(
        stack => `ok    stack barflow-one-${stack}: not there yet`,
      ),
    ]);
  });
});

describe('credentials', () => {
  test.each([
    [
      'that nobody knows',
      new AwsError('InvalidClientTokenId', 'The security token is invalid', 403),
      'no valid AWS credentials',
    ],
    ['for which something else answers', '<html>sign in</html>', 'what answers'],
  ])('%s end the look at the account, but not that at this machine', async (_, answer, words) => {
    aws.answers.set('GetCallerIdentity', () => answer);
    const { lines } = await look();
    expect(lines).toEqual([
      expect.stringContaining(`stop  credentials: ${words}`),
      expect.stringContaining('ok    container builder'),
    ]);
    expect(new Set(aws.asked)).toEqual(new Set(['GetCallerIdentity']));
  });

  test('that are not there, and no region, are told of with what to set', async () => {
    delete process.env['AWS_REGION'];
    process.env['AWS_CONFIG_FILE'] = '/nonexistent';
    expect(await stops()).toEqual([expect.stringMatching(/no region: set it in lib\/environments.ts/)]);
  });

  test('of an account that the settings take for another one, which reads, stop it', async () => {
    expect(await stops({ one: { ...one, feeds: [{ ...feed, readers: ['123456789012'] }] } })).toEqual([
      expect.stringMatching(
        /^stop {2}account: the credentials are of 123456789012, which readers in .* names as another/,
      ),
    ]);
  });

  test('of another account than the environment names stop it', async () => {
    expect(await stops({ one: { ...one, account: '210987654321' } })).toEqual([
      expect.stringMatching(
        /^stop {2}account: the credentials are of 123456789012, 'one' belongs to 210987654321: set AWS_PROFILE/,
      ),
    ]);
  });
});

describe('the bootstrap', () => {
  const remedy = 'run npx cdk bootstrap aws://123456789012/eu-west-1';
  test.each([
    [
      'missing',
      new AwsError('ParameterNotFound', 'none'),
      `eu-west-1 of 123456789012 is not prepared: ${remedy}`,
    ],
    ['too old', { Parameter: { Value: '5' } }, `version 5, 6 or later is needed: ${remedy}`],
    [
      'no number',
      { Parameter: { Value: 'new' } },
      `/cdk-bootstrap/hnb659fds/version is 'new', which is no version: ${remedy}`,
    ],
  ])('that is %s stops it', async (_, answer, words) => {
    aws.answers.set('GetParameter', () => answer);
    expect(await stops()).toEqual([`stop  bootstrap: ${words}`]);
  });
});

describe('the container builder', () => {
  test.each([
    [
      'is not there',
      () => 'no-such-builder',
      /there is no 'no-such-builder' here: install Docker, finch or podman, and set CDK_DOCKER/,
    ],
    [
      'is not running',
      () => program(folder.path, 'asleep', 'echo Cannot connect to the daemon >&2; exit 1'),
      /says 'Cannot connect to the daemon': start it/,
    ],
  ])('that %s stops it', async (_, made, words) => {
    expect(await stops(undefined, { builder: made() })).toEqual([expect.stringMatching(words)]);
  });

  test('that does not answer stops it', async () => {
    const silent = program(folder.path, 'silent', 'exec sleep 600');
    aws.answers.set('GetCallerIdentity', () => denied);
    expect(await stops(undefined, { builder: silent, limitMs: 100 })).toContainEqual(
      expect.stringMatching(/silent does not answer: restart it$/),
    );
  });
});

describe('room', () => {
  test('for shards that is not there stops it, and what the environment has already counts', async () => {
    aws.answers.set('DescribeLimits', () => ({ ShardLimit: 10, OpenShardCount: 10 }));
    expect(await stops()).toEqual([
      'stop  shards: 2 more needed, 0 of 10 free in eu-west-1: ask for more in Service Quotas, or remove what is not needed',
    ]);
    aws.answers.set('DescribeStacks', stacks({ 'barflow-one-Storage': 'UPDATE_COMPLETE' }));
    aws.answers.set('ListStackResources', resources(kept));
    expect(await stops()).toEqual([]);
  });

  test('for tasks is what their use leaves of the quota', async () => {
    const Datapoints = [
      { Timestamp: 1_764_000_000, Maximum: 1 },
      { Timestamp: 1_764_000_300, Maximum: 5.9 },
    ];
    aws.answers.set('GetMetricStatistics', () => ({ Datapoints }));
    expect(await stops()).toEqual([
      expect.stringMatching(/^stop {2}Fargate vCPU: 0.25 more needed, 0.0?9?\d* of 6 free/),
    ]);
  });

  test('is the default one where nobody asked for another', async () => {
    aws.answers.set('GetServiceQuota', () => new AwsError('NoSuchResourceException', 'none'));
    aws.answers.set('GetAWSDefaultServiceQuota', () => ({ Quota: { Value: 0 } }));
    expect(await stops()).toEqual([
      expect.stringMatching(
        /^stop {2}Fargate vCPU: 0.25 needed, eu-west-1 allows 0: ask for more in Service Quotas/,
      ),
      expect.stringMatching(/^stop {2}networks: 1 needed, eu-west-1 allows 0/),
    ]);
  });
});

describe('a stack', () => {
  const state = async (of: string, isProtected = false) => {
    aws.answers.set('DescribeStacks', stacks({ 'barflow-one-Storage': of }, isProtected));
    return look();
  };

  test('whose update cannot be undone stops it, with the way out', async () => {
    const { lines } = await state('UPDATE_ROLLBACK_FAILED');
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^stop {2}stack barflow-one-Storage: UPDATE_ROLLBACK_FAILED \(it was so\): .*npx cdk rollback 'one\/Storage'/,
      ),
    );
  });

  test('whose creation was undone is made anew, its protection notwithstanding', async () => {
    const { lines, ruins } = await state('ROLLBACK_COMPLETE', true);
    expect(lines).toContainEqual(
      expect.stringMatching(/^note {2}stack barflow-one-Storage: ROLLBACK_COMPLETE .*makes it anew$/),
    );
    expect(ruins).toEqual(['barflow-one-Storage']);
  });

  test('that ever was whole keeps its protection', async () => {
    expect((await state('UPDATE_ROLLBACK_COMPLETE', true)).ruins).toEqual([]);
  });

  test('in a state that nobody here knows is told of', async () => {
    expect((await state('MOVED_TO_THE_MOON')).lines).toContainEqual(
      expect.stringMatching(/^note .*MOVED_TO_THE_MOON/),
    );
  });
});

describe('what holds data', () => {
  const standing = (types: Readonly<Record<string, string>>) => {
    aws.answers.set('DescribeStacks', stacks({ 'barflow-one-Storage': 'UPDATE_COMPLETE' }));
    aws.answers.set('ListStackResources', resources(types));
    return look();
  };

  test('and goes, goes after what reads it', async () => {
    const { lines, consumersFirst } = await standing({
      ...kept,
      CryptoBarsStream: STREAM,
      EmptierLog: 'AWS::Logs::LogGroup',
    });
    expect(lines).toContain('note  storage: CryptoBarsStream go: what reads them is changed first');
    expect(consumersFirst).toBe(true);
  });

  test('and comes, comes before what reads it', async () => {
    const [first = '', ...others] = Object.keys(kept);
    const { lines, consumersFirst } = await standing(
      Object.fromEntries(others.map(id => [id, kept[id] ?? ''])),
    );
    expect(lines).toContain(`ok    storage: new: ${first}`);
    expect(consumersFirst).toBe(false);
  });

  test('does not go and come at once', async () => {
    const { lines } = await standing({ CryptoBarsStream: STREAM });
    expect(lines).toContainEqual(
      expect.stringMatching(/^stop {2}storage: CryptoBarsStream go and .* come at once/),
    );
  });
});

describe('an AWS that only says who asks', () => {
  const OTHERS = [
    'GetParameter',
    'GetSecretValue',
    'DescribeStacks',
    'ListStackResources',
    'DescribeLimits',
    'GetServiceQuota',
    'GetMetricStatistics',
  ];
  test.each([
    ['does not answer', 'hang'],
    ['hangs up', 'drop'],
    ['answers with a page', '<html><body>sign in</body></html>'],
    ['is broken', new AwsError('InternalFailure', 'oops', 500)],
    ['answers with nothing', {}],
    ['allows nothing', denied],
  ])('and else %s is told of in a line each', async (_, answer) => {
    for (const operation of OTHERS) aws.answers.set(operation, () => answer);
    const { lines } = await look(undefined, { limitMs: 250 });
    expect(lines.length).toBeGreaterThan(9);
    expect(lines.filter(line => line.includes('\n'))).toEqual([]);
    expect(lines.filter(line => /undefined|NaN|\[object/.test(line))).toEqual([]);
  });
});
