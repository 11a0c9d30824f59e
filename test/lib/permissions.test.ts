/** Who may do what: no more than the code does, on no more than it does it to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { environments } from '../../lib/environments.ts';
import { least, synthesized } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
}

/** Statements that may name every resource, and why. */
const anywhere: Readonly<Record<string, string>> = {
  'cloudwatch:GetMetricData': 'CloudWatch knows no permission for some metrics and not for others',
  'ecr:GetAuthorizationToken': 'AWS offers no resource for it',
};

interface Trust {
  readonly Principal: { readonly Service: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Roles of services that do not say for whom they act, to which only this account can pass a role: a condition would lock them out. */
const unasked: readonly { readonly holds: (id: string, service: string) => boolean }[] = [
  { holds: (_, service) => service === 'lambda.amazonaws.com' },
  // With this one ECS itself fetches image and secret.
  { holds: (id, service) => service === 'ecs-tasks.amazonaws.com' && id.includes('ExecutionRole') },
];

/** What the event source mapping does with the function's role; the rest is called by our own code. */
const readsForLambda = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

function allowed(template: Template, where = ''): Statement[] {
  const documents = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::S3::BucketPolicy'].flatMap(type =>
    Object.entries(template.findResources(type)),
  );
  return documents
    .filter(([id]) => id.includes(where))
    .flatMap(([, { Properties }]): Statement[] => Properties.PolicyDocument.Statement)
    .filter(statement => statement.Effect === 'Allow' && !isForEmptier(statement));
}

/** The CDK's own function, which empties buckets that go with their stack; its rights are the CDK's, on those buckets alone. */
function isForEmptier({ Principal }: Statement): boolean {
  return JSON.stringify(Principal ?? {}).includes('"CustomS3AutoDeleteObjects');
}

const actions = (statements: readonly Statement[]) =>
  [...new Set(statements.flatMap(({ Action }) => Action))].sort();

/** Objects in parts need the right to put them whole. */
const IN_PARTS = /^s3:(Create|Complete)MultipartUpload$|^s3:UploadPart$/;

/** The AWS calls that the sources in a folder make, as IAM actions. */
function callsOf(folder: string): string[] {
  const path = join(import.meta.dirname, '../..', folder);
  const sources = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  return sources.flatMap(file => {
    const source = readFileSync(join(path, file), 'utf8');
    return [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)].flatMap(
      ([, names, client]) =>
        [...(names ?? '').matchAll(/(\w+)Command\b/g)].map(([, call]) =>
          `${client?.replaceAll('-', '')}:${call}`.replace(IN_PARTS, 's3:PutObject'),
        ),
    );
  });
}

describe.each(Object.entries(environments))('environment %s', (name, environment) => {
  const { storage, pipeline, serving, monitoring } = synthesized(environment, name);
  const statements = [storage, pipeline, serving, monitoring].flatMap(template => allowed(template));

  test('grants no action by a wildcard', () => {
    expect(statements.length).toBeGreaterThan(5);
    expect(actions(statements).filter(action => action.includes('*'))).toEqual([]);
  });

  test('names every resource that AWS can name', () => {
    const everywhere = statements.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(actions(everywhere)).toEqual(Object.keys(anywhere));
  });

  test('uses no policy of AWS, which grant more than anybody here needs', () => {
    expect(
      JSON.stringify([storage, pipeline, serving, monitoring].map(template => template.toJSON())),
    ).not.toContain(':iam::aws:policy');
  });

  test('is served by AWS for this account alone where a service asks for whom: schedules and tasks', () => {
    const roles = [storage, pipeline, serving, monitoring].flatMap(template =>
      Object.entries(template.findResources('AWS::IAM::Role')).flatMap(([id, { Properties }]) =>
        Properties.AssumeRolePolicyDocument.Statement.map((statement: Trust) => ({ id, ...statement })),
      ),
    );
    const asked = roles.filter(
      ({ id, Principal }) => !unasked.some(each => each.holds(id, Principal.Service)),
    );
    const feeds = environment.feeds.length;
    expect(asked.map(({ Principal }) => Principal.Service).sort()).toEqual([
      ...Array.from({ length: feeds }, () => 'ecs-tasks.amazonaws.com'),
      ...Array.from({ length: asked.length - feeds }, () => 'scheduler.amazonaws.com'),
    ]);
    expect(asked.length).toBeGreaterThan(feeds);
    for (const { Principal, Condition } of asked) {
      expect(Condition?.StringEquals?.['aws:SourceAccount']).toEqual(
        environment.account ?? { Ref: 'AWS::AccountId' },
      );
      const made = Principal.Service.startsWith('ecs')
        ? /:ecs:.*:\*"/
        : /:scheduler:.*:schedule-group\/default"/;
      expect(JSON.stringify(Condition?.ArnLike?.['aws:SourceArn'])).toMatch(made);
    }
  });

  test('lets nobody empty a bucket but the function that does so when it goes with its stack', () => {
    const policies = Object.values(storage.findResources('AWS::S3::BucketPolicy'));
    const emptied = policies.flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(isForEmptier).map(() => Properties.Bucket.Ref),
    );
    const buckets = Object.keys(storage.findResources('AWS::S3::Bucket'));
    expect(emptied.toSorted()).toEqual(environment.removal === 'destroy' ? buckets.toSorted() : []);
    const roles = Object.entries(storage.findResources('AWS::IAM::Role'));
    const rights = roles.flatMap(([, { Properties }]) => Properties.Policies);
    expect(rights.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual(
      roles.map(() => ({
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^EmptierLog/), 'Arn'] },
      })),
    );
    expect(roles.flatMap(([, { Properties }]) => Properties.ManagedPolicyArns ?? [])).toEqual([]);
  });

  test('lets a schedule start its function and nothing else', () => {
    const starters = allowed(monitoring, 'Starter');
    expect(starters.length).toBe(Object.keys(monitoring.findResources('AWS::Scheduler::Schedule')).length);
    expect(actions(starters)).toEqual(['lambda:InvokeFunction']);
  });
});

describe('a feed', () => {
  const { storage, pipeline, serving, monitoring } = synthesized(least);
  const statements = [storage, pipeline, serving, monitoring].flatMap(template => allowed(template));

  test('lets the ingester make the calls it makes', () => {
    expect(actions(allowed(pipeline, 'IngesterTaskTaskRole'))).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      'kinesis:ListShards',
      'kinesis:PutRecords',
    ]);
  });

  test('lets the roll-up make the calls it makes, and Lambda read for it', () => {
    expect(actions(allowed(pipeline, 'RollupRole'))).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      ...readsForLambda.slice(0, 5),
      'kinesis:PutRecords',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  test('lets the bar store make the calls it makes, and Lambda read and file for it', () => {
    expect(actions(allowed(serving, 'BarStoreRole'))).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    expect(actions(allowed(serving, 'BarStoreBarsPolicy'))).toEqual(readsForLambda);
    serving.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: [
        { 'Fn::GetStackOutput': Match.objectLike({ OutputName: Match.stringLikeRegexp('FailuresWriter') }) },
      ],
    });
  });

  test('lets the query API read, and nothing else', () => {
    expect(actions(allowed(serving, 'ApiRole'))).toEqual([
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    serving.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/v1/\\*$')])] },
    });
  });

  test('lets Lambda file what it gives up on, under its own prefix', () => {
    expect(allowed(storage, 'Failures')).toMatchObject([
      { Action: 's3:ListBucket' },
      { Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [{}, '/aws/lambda/*']] } },
    ]);
  });

  test('lets the monitor read the logs and the lease, and keep its own notes', () => {
    expect(actions(allowed(monitoring, 'StocksMonitorRole'))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    expect(JSON.stringify(allowed(monitoring, 'StocksMonitorRole'))).toContain('StocksMonitor');
  });

  test('lets the daily jobs read the vendor key, the logs, and leave a report', () => {
    expect(actions(allowed(monitoring, 'StocksDailyCalendarRole'))).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
    expect(actions(allowed(monitoring, 'StocksDailyReconcileRole'))).toEqual([
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
    expect(allowed(storage, 'Reports')).toMatchObject([
      {
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: { 'Fn::Join': ['', [{}, '/reconcile/stocks/*']] },
      },
      { Action: 's3:ListBucket', Resource: { 'Fn::GetAtt': [expect.stringMatching('Reports'), 'Arn'] } },
    ]);
  });

  test('covers every AWS call in the sources', () => {
    const calls = ['runtime'].flatMap(callsOf);
    expect(calls).toContain('kinesis:PutRecords');
    const followers = [{ parameter: '/list' }, { bucket: 'lists', key: 'all' }].flatMap(symbolSource => {
      const passing = { channels: ['minutes', 'trades'] as const, sinks: [{ kind: 's3' }] as const };
      const feeds = least.feeds.map(feed => ({ ...feed, ...passing, symbolSource, universe: { size: 9 } }));
      const { storage, pipeline, monitoring } = synthesized({ ...least, feeds });
      return [storage, pipeline, monitoring].flatMap(template => allowed(template));
    });
    const sleeping = least.feeds.map(feed => ({ ...feed, schedule: 'sessions' as const }));
    const keeper = allowed(synthesized({ ...least, feeds: sleeping }).monitoring, 'StocksMonitorRole');
    const granted = actions([...statements, ...followers, ...keeper]);
    expect(calls.filter(call => !granted.includes(call))).toEqual([]);
  });
});
