/** The roll-up: a function that turns the minutes stream into 5m to 4h bars, one worker per shard. */

import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { StreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import {
  Architecture,
  Code,
  type EventSourceMapping,
  Function as LambdaFunction,
  MetricType,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { rollupEnv, rollupSettings } from '../../runtime/rollup/names.ts';
import type { Environment } from '../settings/environment.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { bundle } from './bundle.ts';
import { maxRecordAge } from './record-age.ts';
import { UnitLog } from './unit-log.ts';

export interface RollupProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
}

export class Rollup extends Construct {
  readonly function: LambdaFunction;
  /** What feeds it. */
  readonly mapping: EventSourceMapping;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { environment, storage }: RollupProps) {
    super(scope, id);
    const { feed, minutes, bars, state, quarantine, failures } = storage;

    const logGroup = new UnitLog(this, 'Log', { environment });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const rollup = new LambdaFunction(this, 'Function', {
      description: `Rolls ${feed.name} minutes up into 5m to 4h bars`,
      code: Code.fromAsset(bundle(this, { entry: 'runtime/rollup/handler.ts', file: 'rollup.mjs' })),
      handler: 'rollup.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(60),
      role,
      logGroup,
      environment: {
        ...unitVariables(this, environment, feed, rollupSettings),
        [rollupEnv.barsStream]: bars.stream.streamName,
        [rollupEnv.stateTable]: state.tableName,
        [rollupEnv.quarantineTable]: quarantine.tableName,
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    // No reserved concurrency: one worker per shard is what the event source mapping starts, and no more.

    logGroup.grantWrite(role);
    permit(role, storage);

    this.function = rollup;
    this.logGroup = logGroup;
    this.mapping = rollup.addEventSourceMapping('Minutes', {
      eventSourceArn: feed.expedited ? this.#pushed(role, storage) : minutes.stream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 5000,
      maxBatchingWindow: feed.batchingWindow,
      // Order must hold within a shard.
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Bad data never throws, so what fails is infrastructure: giving up early would finish bars without their minutes.
      retryAttempts: -1,
      maxRecordAge: maxRecordAge(environment.streamRetention),
      onFailure: { bind: () => ({ destination: failures.bucket.bucketArn }) },
      // Counts what is given up; iterator age and errors are the function's own.
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }

  /** ARN of a consumer to which Kinesis pushes. */
  #pushed(role: Role, { minutes }: MinutesStorage): string {
    const consumer = new StreamConsumer(this, 'Consumer', {
      stream: minutes.stream,
      streamConsumerName: 'rollup',
    });
    consumer.grant(role, 'kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard');
    return consumer.streamConsumerArn;
  }
}

function permit(role: Role, { minutes, bars, state, quarantine, failures }: MinutesStorage): void {
  minutes.stream.grant(
    role,
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
  );
  bars.stream.grant(role, 'kinesis:PutRecords');
  state.grant(role, 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan');
  quarantine.grant(role, 'dynamodb:BatchWriteItem', 'dynamodb:Scan');
  role.addManagedPolicy(failures.writer);
}
