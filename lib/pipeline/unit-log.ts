/** The log group of something that runs. */
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { removalPolicy } from '../settings/stage.ts';

export interface UnitLogProps {
  readonly environment: Environment;
}

/** Kept for the environment's log retention; explicit, because a group that Lambda or ECS creates keeps logs for ever. */
export class UnitLog extends LogGroup {
  constructor(scope: Construct, id: string, { environment }: UnitLogProps) {
    super(scope, id, {
      retention: environment.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: removalPolicy(environment),
    });
  }
}
