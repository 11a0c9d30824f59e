/** A function behind a feed's bars stream, subscribed as everybody's are, with alarms and a failure bucket of the feed's. */
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
import { BarsConsumer, type BarsConsumerProps } from '../../kit/cdk/index.ts';
import type { SettingName } from '../../runtime/platform/settings.ts';
import { bundle } from '../pipeline/bundle.ts';
import { maxRecordAge } from '../pipeline/record-age.ts';
import { UnitLog } from '../pipeline/unit-log.ts';
import type { Environment } from '../settings/environment.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';

export interface BarsFunctionProps extends Pick<BarsConsumerProps, 'parallel' | 'timeframes'> {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  /** Folder of the unit below `runtime`. */
  readonly unit: string;
  readonly description: string;
  /** What the unit is told of its feed. */
  readonly settings: readonly SettingName[];
  /** What else it is told. */
  readonly variables: Readonly<Record<string, string>>;
}

export class BarsFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  /** What feeds it. */
  readonly mapping: EventSourceMapping;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BarsFunctionProps) {
    super(scope, id);
    const { environment, storage, unit, description, settings, variables, ...subscription } = props;
    const { feed, bars, failures } = storage;
    this.logGroup = new UnitLog(this, 'Log', { environment });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.function = new LambdaFunction(this, 'Function', {
      description,
      code: Code.fromAsset(bundle(this, { entry: `runtime/${unit}/handler.ts`, file: `${unit}.mjs` })),
      handler: `${unit}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(60),
      role: this.role,
      logGroup: this.logGroup,
      environment: {
        ...unitVariables(this, environment, feed, settings),
        ...variables,
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    this.logGroup.grantWrite(this.role);
    const consumer = new BarsConsumer(this, 'Bars', {
      ...subscription,
      function: this.function,
      stream: bars.stream,
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
