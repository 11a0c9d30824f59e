/** A function that a schedule starts, and is told for which instant. */

import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type IGrantable,
  type IPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { ownOnly } from '../settings/own-only.ts';
import { bundle } from './bundle.ts';
import { UnitLog } from './unit-log.ts';

export interface ScheduledFunctionProps {
  readonly environment: Environment;
  readonly description: string;
  /** The folder under `runtime` that holds the function's `handler.ts`. */
  readonly unit: string;
  /** What it is called where it is deployed. @default as its folder */
  readonly name?: string;
  /** `rate(…)` or `cron(…)` as EventBridge Scheduler understands it. */
  readonly schedule: string;
  /** IANA name of the zone that `cron` is in. @default UTC */
  readonly timeZone?: string;
  /** @default 256 */
  readonly memoryMebibytes?: number;
  /** How long it may run. */
  readonly timeout: Duration;
  /** Whether a start that failed is repeated, for hours if need be: not where the next one comes soon. */
  readonly retries: boolean;
  readonly variables: Readonly<Record<string, string>>;
}

/** The most that the scheduler allows: how long it tries is bounded by the event's age. */
const MOST_ATTEMPTS = 185;
/** The longest that Lambda keeps an event, and longer than most outages last. */
const RETRIES_LIVE = Duration.hours(6);

export class ScheduledFunction extends Construct implements IGrantable {
  readonly role: Role;
  readonly grantPrincipal: IPrincipal;
  readonly logGroup: LogGroup;
  /** How often it failed. */
  readonly errors: Metric;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    const { environment, description, unit, name = unit, schedule, timeZone = 'UTC' } = props;
    const { memoryMebibytes = 256, timeout, retries, variables } = props;
    const lives = retries ? RETRIES_LIVE : Duration.minutes(5);
    const file = `${name}.mjs`;
    const lambda = new ServicePrincipal('lambda.amazonaws.com');
    const role = new Role(this, 'Role', { assumedBy: lambda });
    this.role = role;
    this.grantPrincipal = role;
    this.logGroup = new UnitLog(this, 'Log', { environment });
    this.logGroup.grantWrite(role);
    const target = new LambdaFunction(this, 'Function', {
      description,
      code: Code.fromAsset(bundle(this, { entry: `runtime/${unit}/handler.ts`, file })),
      handler: `${name}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMebibytes,
      timeout,
      role,
      logGroup: this.logGroup,
      // Counted from the start, so that it must outlast a run that takes its whole time to fail.
      retryAttempts: retries ? 2 : 0,
      maxEventAge: lives,
      environment: {
        ...variables,
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    const conditions = ownOnly(this, 'scheduler', 'schedule-group/default');
    const scheduler = new ServicePrincipal('scheduler.amazonaws.com', { conditions });
    const starter = new Role(this, 'Starter', { assumedBy: scheduler });
    starter.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
    );
    const started = new CfnSchedule(this, 'Schedule', {
      description,
      scheduleExpression: schedule,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: starter.roleArn,
        input: JSON.stringify({ at: '<aws.scheduler.scheduled-time>' }),
        retryPolicy: {
          maximumRetryAttempts: retries ? MOST_ATTEMPTS : 0,
          maximumEventAgeInSeconds: lives.toSeconds(),
        },
      },
    });
    started.node.addDependency(starter);
    this.errors = target.metricErrors({ statistic: Stats.SUM, period: Duration.minutes(1) });
  }
}
