/** What the ingester's task runs with, and where. */
import { describe, expect, test } from '@jest/globals';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, Size } from 'aws-cdk-lib/core';
import type { Feed } from '../../../lib/settings/environment.ts';
import { least, synthesized } from '../synthesized.ts';

const feed: Feed = {
  market: 'stocks',
  symbols: ['AAPL', 'BRK.B'],
  apiKeySecret: 'keys/vendor',
  host: 'delayed.massive.com',
  delay: Duration.minutes(15),
  watermarkGrace: Duration.seconds(7),
  alignment: 'session',
  backfillOnStart: 'session',
  restRequestsPerSecond: 0.08,
  compression: true,
  task: { cpu: 1024, memory: Size.gibibytes(2) },
};

test('a feed on Spot runs on it alone, in a cluster that has both', () => {
  const { pipeline } = synthesized({ ...least, feeds: [{ ...feed, spot: true }] });
  const [service] = Object.values(pipeline.findResources('AWS::ECS::Service'));
  expect(service?.['Properties']).toMatchObject({
    CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }],
    DesiredCount: 1,
  });
  expect(service?.['Properties']).not.toHaveProperty('LaunchType');
  pipeline.hasResourceProperties('AWS::ECS::Cluster', { CapacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
});

describe('the task', () => {
  const { pipeline } = synthesized({ ...least, feeds: [feed], logRetention: RetentionDays.ONE_DAY });
  const [task] = Object.values(pipeline.findResources('AWS::ECS::TaskDefinition'));
  const [container] = task?.['Properties'].ContainerDefinitions ?? [];
  const variables: Record<string, unknown> = Object.fromEntries(
    container.Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
  );

  test('is told what to subscribe to, where, and how late that is', () => {
    expect(variables).toMatchObject({
      MARKET: 'stocks',
      ALIGNMENT: 'session',
      FEED_URL: 'wss://delayed.massive.com/stocks',
      SYMBOLS: 'AAPL,BRK.B',
      FEED_DELAY_SECONDS: '900',
      WATERMARK_GRACE_SECONDS: '7',
      BACKFILL_ON_START: 'session',
      REST_REQUESTS_PER_SECOND: '0.08',
      COMPRESSION: 'true',
      STATUS_PORT: '8080',
    });
  });

  test('gets the vendor key from the named secret and from nowhere else', () => {
    expect(container.Secrets).toMatchObject([{ Name: 'POLYGON_API_KEY' }]);
    expect(JSON.stringify(container.Secrets)).toContain(':secret:keys/vendor"');
    expect(variables).not.toHaveProperty('POLYGON_API_KEY');
    pipeline.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('has the size that the environment asks for, on arm64', () => {
    expect(task?.['Properties']).toMatchObject({
      Cpu: '1024',
      Memory: '2048',
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
  });

  test('has a folder of its own on a volume that goes with it, for records that the stream cannot take yet', () => {
    expect(task?.['Properties'].Volumes).toEqual([{ Name: 'backlog' }]);
    expect(container.MountPoints).toEqual([
      { ContainerPath: '/backlog', ReadOnly: false, SourceVolume: 'backlog' },
    ]);
    expect(variables).toMatchObject({ BACKLOG_FOLDER: '/backlog' });
  });

  test('may do nothing to its own machine', () => {
    expect(container).toMatchObject({
      User: 'node',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
    });
  });

  test('has two minutes to publish what it holds', () => {
    expect(container.StopTimeout).toBe(120);
  });

  test('is asked for its health on the port that it is told to listen on, by Node itself, with its own variables', () => {
    const [kind, program, flag, script] = container.HealthCheck.Command;
    expect([kind, program, flag]).toEqual(['CMD', 'node', '-e']);
    expect(script).toContain("'http://127.0.0.1:' + env.STATUS_PORT + '/health'");
    expect(variables).toHaveProperty('STATUS_PORT');
    expect(() => new Function(script)).not.toThrow();
  });

  test('logs to a group that forgets', () => {
    pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
  });
});

describe('the service', () => {
  const { pipeline } = synthesized(least);

  test('starts a new task beside the old one, which hands over, and goes back when new ones fail', () => {
    pipeline.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: 1,
      LaunchType: 'FARGATE',
      AvailabilityZoneRebalancing: 'DISABLED',
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });

  test('has a second task standing by where the environment asks for it', () => {
    const feeds = least.feeds.map(each => ({ ...each, warmStandby: true }));
    const { pipeline: warm } = synthesized({ ...least, feeds });
    warm.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 2 });
  });

  test('waits for its way out and for its permissions', () => {
    const [service] = Object.values(pipeline.findResources('AWS::ECS::Service'));
    const dependencies: string[] = service?.['DependsOn'];
    expect(dependencies).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^NetworkVpcPublicSubnet1DefaultRoute/),
        expect.stringMatching(/^StocksIngesterTaskTaskRoleDefaultPolicy/),
        expect.stringMatching(/^StocksIngesterTaskExecutionRoleDefaultPolicy/),
      ]),
    );
  });
});

describe('a task in which people may run commands', () => {
  const { pipeline, findings } = synthesized({ ...least, enableExecuteCommand: true });
  const [log = ''] = Object.keys(pipeline.findResources('AWS::Logs::LogGroup')).filter(id =>
    id.includes('Sessions'),
  );

  test('is told so by its service, and has its sessions logged', () => {
    pipeline.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: true });
    const ExecuteCommandConfiguration = {
      Logging: 'OVERRIDE',
      LogConfiguration: { CloudWatchLogGroupName: { Ref: log } },
    };
    pipeline.hasResourceProperties('AWS::ECS::Cluster', { Configuration: { ExecuteCommandConfiguration } });
  });

  test('has a root file system that the agent of Session Manager can write, and is else as closed as ever', () => {
    const [task] = Object.values(pipeline.findResources('AWS::ECS::TaskDefinition'));
    expect(task?.['Properties'].ContainerDefinitions).toMatchObject([
      { ReadonlyRootFilesystem: false, User: 'node', LinuxParameters: { Capabilities: { Drop: ['ALL'] } } },
    ]);
    const [group] = Object.values(pipeline.findResources('AWS::EC2::SecurityGroup'));
    expect(group?.['Properties'].SecurityGroupIngress).toBeUndefined();
  });

  test('may open the channels and write that log, and nothing else more than one in which nobody may', () => {
    const statementsOf = (template: typeof pipeline) =>
      Object.entries(template.findResources('AWS::IAM::Policy'))
        .filter(([id]) => id.includes('TaskTaskRole'))
        .flatMap(([, { Properties }]): object[] => Properties.PolicyDocument.Statement);
    const before = statementsOf(synthesized(least).pipeline).map(each => JSON.stringify(each));
    const more = statementsOf(pipeline).filter(each => !before.includes(JSON.stringify(each)));
    expect(more).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'logs:DescribeLogGroups',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [log, 'Arn'] },
      },
    ]);
    expect(findings).toEqual([]);
  });
});

describe('a list of symbols that is kept elsewhere', () => {
  test.each([
    [{ parameter: '/lists/us' }, 'ssm:/lists/us', 'ssm:GetParameter', ':parameter/lists/us'],
    [
      { bucket: 'lists', key: 'us/all.json' },
      's3://lists/us/all.json',
      's3:GetObject',
      ':::lists/us/all.json',
    ],
  ])(
    '%j is named to the task, which may read it and nothing beside it',
    (symbolSource, name, action, resource) => {
      const { pipeline } = synthesized({ ...least, feeds: [{ ...feed, symbolSource, symbolLimit: 300 }] });
      const text = JSON.stringify(pipeline.findResources('AWS::ECS::TaskDefinition'));
      expect(text).toContain(`{"Name":"SYMBOLS_SOURCE","Value":"${name}"}`);
      expect(text).toContain('{"Name":"SYMBOLS_LIMIT","Value":"300"}');
      const statements = Object.values(pipeline.findResources('AWS::IAM::Policy')).flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      );
      const [statement] = statements.filter(({ Action }) => Action === action);
      expect(JSON.stringify(statement.Resource)).toContain(resource);
    },
  );
});
