/** Lets people run commands in a task (ECS Exec): what its role needs for that, and the log of what they did. */

import type { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { UnitLog } from './unit-log.ts';

export interface CommandSessionsProps {
  readonly environment: Environment;
  readonly task: FargateTaskDefinition;
}

export class CommandSessions extends Construct {
  /** Takes what is typed and what comes of it. */
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { environment, task }: CommandSessionsProps) {
    super(scope, id);
    this.logGroup = new UnitLog(this, 'Log', { environment });
    task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: [
          ...['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
            action => `ssmmessages:${action}`,
          ),
          'logs:DescribeLogGroups',
        ],
        resources: ['*'],
      }),
    );
    task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    Validations.of(task.taskRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The channels of Session Manager know no resource, and neither does looking for a log group.',
    });
  }
}
