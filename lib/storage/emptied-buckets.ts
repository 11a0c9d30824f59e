/** Lets the buckets of an environment whose data may go be deleted with their stack, whatever they hold. */

import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnResource, type Stack } from 'aws-cdk-lib/core';
import type { Environment } from '../settings/environment.ts';
import { removalPolicy } from '../settings/stage.ts';

/** What the CDK calls the function that empties the buckets which ask for it, one for all of them. */
const EMPTIER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/**
 * Holds the CDK's function to what ours are held to: a log that goes with the stack, and no right beside those that the
 * buckets give it and to write there. Left alone it would make a log that stays for ever. Call it when all buckets are there.
 */
export function boundEmptier(stack: Stack, environment: Environment): void {
  const emptier = stack.node.tryFindChild(EMPTIER);
  if (emptier === undefined) return;
  const log = new LogGroup(stack, 'EmptierLog', {
    retention: environment.logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: removalPolicy(environment),
  });
  const [role, handler] = ['Role', 'Handler'].map(id => emptier.node.findChild(id));
  if (!CfnResource.isCfnResource(role) || !CfnResource.isCfnResource(handler))
    throw new Error(`${EMPTIER} is not made of a role and a handler any more`);
  role.addPropertyDeletionOverride('ManagedPolicyArns');
  const Statement = [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: log.logGroupArn },
  ];
  role.addPropertyOverride('Policies', [
    { PolicyName: 'Log', PolicyDocument: { Version: '2012-10-17', Statement } },
  ]);
  handler.addPropertyOverride('LoggingConfig', { LogGroup: log.logGroupName });
  // It would name the first bucket, and so change with the feeds.
  handler.addPropertyOverride('Description', 'Empties the buckets that are deleted with this stack');
}
