/** The ingester: one Fargate task that holds the vendor's socket, publishes minute bars, and passes other events on. */

import {
  Capability,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
  Secret,
} from 'aws-cdk-lib/aws-ecs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnResource, Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ingesterEnv, ingesterSettings } from '../../runtime/ingester/names.ts';
import { socketUrl } from '../../runtime/vendor/address-names.ts';
import type { Environment } from '../settings/environment.ts';
import { followedSymbols } from '../settings/feed-symbols.ts';
import { ownOnly } from '../settings/own-only.ts';
import type { TaskSize } from '../settings/size-faults.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import { type FeedStorage, keepsMinutes } from '../storage/feed-storage.ts';
import { CommandSessions } from './command-sessions.ts';
import { DeploymentGuard } from './deployment-guard.ts';
import { IngesterImage } from './ingester-image.ts';
import { LeasedService } from './leased-service.ts';
import type { Network } from './network.ts';
import { exitsOf, passingSecrets, passingVariables, permitPassing } from './passing-on.ts';
import { mayRead, sourceName } from './symbol-list.ts';
import { UnitLog } from './unit-log.ts';

export interface IngesterProps {
  readonly environment: Environment;
  readonly network: Network;
  readonly storage: FeedStorage;
}

const STATUS_PORT = 8080;
/** Where records wait while the stream takes less than the feed brings, and objects until they are uploaded; the image holds it, so that it belongs to the container's user. */
const BACKLOG_FOLDER = '/backlog';

/** Asks the process how it is without a tool that the image would have to carry. */
const HEALTH_CHECK = `import('node:process').then(({ env }) => fetch('http://127.0.0.1:' + env.${ingesterEnv.statusPort} + '/health')).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

export class Ingester extends Construct {
  readonly service: LeasedService;
  /** How many there are while it runs. */
  readonly tasks: number;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { environment, network, storage }: IngesterProps) {
    super(scope, id);
    const { feed } = storage;
    const { guardDeployments = true, enableExecuteCommand = false } = environment;

    this.tasks = feed.warmStandby ? 2 : 1;
    this.logGroup = new UnitLog(this, 'Log', { environment });
    const task = this.#task(feed.task);
    trustOwnTasks(task);
    this.#container(task, environment, storage);
    permit(task, storage);
    permitPassing(this, task.taskRole, storage);
    const reading = feed.symbolSource && mayRead(this, feed.symbolSource);
    if (reading) task.addToTaskRolePolicy(reading);

    const sessions = enableExecuteCommand
      ? new CommandSessions(this, 'Sessions', { environment, task })
      : undefined;
    // It judges by what the monitor measures, which looks after minutes.
    const isGuarded = guardDeployments && keepsMinutes(storage);
    const guard = isGuarded ? new DeploymentGuard(this, 'Guard', { environment, feed }) : undefined;
    this.service = new LeasedService(this, 'Service', {
      ...{
        network,
        task,
        exits: exitsOf(feed),
        spot: feed.spot,
        tasks: feed.schedule === 'always' ? this.tasks : undefined,
      },
      ...(guard && { rollbackAlarms: guard.alarms }),
      ...(sessions && { sessions: sessions.logGroup }),
    });

    explain(task);
  }

  /** What runs in the task. */
  #container(task: FargateTaskDefinition, environment: Environment, storage: FeedStorage): void {
    const { feed } = storage;
    const linux = new LinuxParameters(this, 'Linux', { initProcessEnabled: true });
    linux.dropCapabilities(Capability.ALL);
    const container = task.addContainer('ingester', {
      image: ContainerImage.fromDockerImageAsset(new IngesterImage(this, 'Image')),
      environment: this.#variables(environment, storage),
      secrets: {
        [ingesterEnv.apiKey]: Secret.fromSecretsManager(
          StoredSecret.fromSecretNameV2(this, 'ApiKey', feed.apiKeySecret),
        ),
        ...passingSecrets(this, feed),
      },
      logging: LogDriver.awsLogs({
        streamPrefix: 'ingester',
        logGroup: this.logGroup,
      }),
      healthCheck: {
        command: ['CMD', 'node', '-e', HEALTH_CHECK],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(10),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
      user: 'node',
      readonlyRootFilesystem: !(environment.enableExecuteCommand ?? false),
      linuxParameters: linux,
      // Everything held must be published before the task ends: Fargate allows no more.
      stopTimeout: Duration.seconds(120),
    });
    // The root file system is read-only unless people may run commands, and this volume goes with the task.
    task.addVolume({ name: 'backlog' });
    container.addMountPoints({ sourceVolume: 'backlog', containerPath: BACKLOG_FOLDER, readOnly: false });
  }

  #task({ cpu, memory }: TaskSize): FargateTaskDefinition {
    return new FargateTaskDefinition(this, 'Task', {
      cpu,
      memoryLimitMiB: memory.toMebibytes(),
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
  }

  /** What the container is told. */
  #variables(environment: Environment, storage: FeedStorage) {
    const { feed, lease, quarantine } = storage;
    return {
      ...unitVariables(this, environment, feed, ingesterSettings),
      [ingesterEnv.feedUrl]: socketUrl(feed.host, feed.market),
      ...(feed.symbolSource && { [ingesterEnv.symbolSource]: sourceName(feed.symbolSource) }),
      [ingesterEnv.symbols]: `${followedSymbols(feed)}`,
      ...(keepsMinutes(storage) && {
        [ingesterEnv.minutesStream]: storage.minutes.stream.streamName,
        [ingesterEnv.sessionsTable]: storage.sessions.tableName,
      }),
      [ingesterEnv.leaseTable]: lease.tableName,
      [ingesterEnv.quarantineTable]: quarantine.tableName,
      [ingesterEnv.backlogFolder]: BACKLOG_FOLDER,
      [ingesterEnv.statusPort]: STATUS_PORT.toString(),
      ...passingVariables(storage, BACKLOG_FOLDER),
    };
  }
}

/** The role is the definition's own, which offers no other way to say for whom ECS may assume it. */
function trustOwnTasks(task: FargateTaskDefinition): void {
  const role = task.taskRole.node.defaultChild;
  if (!CfnResource.isCfnResource(role)) throw new Error(`${task.node.path} has no role of its own`);
  role.addPropertyOverride('AssumeRolePolicyDocument.Statement.0.Condition', ownOnly(task, 'ecs', '*'));
}

/** What it may do where it keeps and publishes. */
function permit(task: FargateTaskDefinition, storage: FeedStorage): void {
  const { lease, quarantine } = storage;
  if (keepsMinutes(storage)) {
    storage.minutes.stream.grant(task.taskRole, 'kinesis:ListShards', 'kinesis:PutRecords');
    storage.sessions.grant(task.taskRole, 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem');
  }
  lease.grant(
    task.taskRole,
    ...['GetItem', 'UpdateItem', 'PutItem', 'DeleteItem', 'Scan'].map(action => `dynamodb:${action}`),
  );
  quarantine.grant(task.taskRole, 'dynamodb:BatchWriteItem', 'dynamodb:Scan');
}

/** Why rules of the checks do not hold. */
function explain(task: FargateTaskDefinition): void {
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'The variables hold names and numbers; the API key comes from Secrets Manager.',
  });
  Validations.of(task.obtainExecutionRole()).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken, with which the image is pulled, knows no resource.',
  });
}
