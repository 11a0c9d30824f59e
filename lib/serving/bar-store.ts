/** The bar store: a function that keeps the bars of the bars stream where they can be asked for, subscribed as everybody's are. */

import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type EventSourceMapping,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BarsConsumer } from '../../kit/cdk/index.ts';
import { barStoreEnv, barStoreSettings } from '../../runtime/bar-store/names.ts';
import { bundle } from '../pipeline/bundle.ts';
import { maxRecordAge } from '../pipeline/record-age.ts';
import { UnitLog } from '../pipeline/unit-log.ts';
import type { Environment } from '../settings/environment.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';

export interface BarStoreProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  /** Where the bars are kept. */
  readonly table: Table;
}

export class BarStore extends Construct {
  /** Where the bars are kept. */
  readonly table: Table;
  readonly function: LambdaFunction;
  /** What feeds it. */
  readonly mapping: EventSourceMapping;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { environment, storage, table }: BarStoreProps) {
    super(scope, id);
    const { feed, bars, quarantine, failures } = storage;
    const logGroup = new UnitLog(this, 'Log', { environment });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.function = new LambdaFunction(this, 'Function', {
      description: `Keeps the bars of ${feed.name} where they can be asked for`,
      code: Code.fromAsset(bundle(this, { entry: 'runtime/bar-store/handler.ts', file: 'bar-store.mjs' })),
      handler: 'bar-store.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(60),
      role,
      logGroup,
      environment: {
        ...unitVariables(this, environment, feed, barStoreSettings),
        [barStoreEnv.barsTable]: table.tableName,
        [barStoreEnv.quarantineTable]: quarantine.tableName,
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    this.table = table;
    this.logGroup = logGroup;
    logGroup.grantWrite(role);
    table.grant(role, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchGetItem', 'dynamodb:Scan');
    quarantine.grant(role, 'dynamodb:BatchWriteItem', 'dynamodb:Scan');

    const consumer = new BarsConsumer(this, 'Bars', {
      function: this.function,
      stream: bars.stream,
      // The higher version stays whatever the order, so that nothing is lost by many at once.
      parallel: 10,
      // A bar that is not written is missing for good: as long as the stream has it.
      giveUpAfter: maxRecordAge(environment.streamRetention),
      failures: { bucketArn: failures.bucket.bucketArn, writer: failures.writer },
      // Alarms of the feed's, with sections in the runbook.
      lagAlarm: false,
      givenUpAlarm: false,
    });
    this.mapping = consumer.mapping;
  }
}
