/** The CDK behaviours that the templates rely on, set in code so that every way to synthesize gives the same templates. */
import type { Stage } from 'aws-cdk-lib';

const FLAGS: Readonly<Record<string, boolean | string>> = {
  // Storage and pipeline are updated on their own: neither blocks a change of the other.
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  // One statement per set of resources: policies that a person can read.
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // Tags come from the stage and reach the stacks as well as the resources.
  '@aws-cdk/core:explicitStackTags': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/aws-ecs:arnFormatIncludesClusterName': true,
  '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
  '@aws-cdk/aws-ecs:removeDefaultDeploymentAlarm': true,
  '@aws-cdk/aws-ecs:reduceEc2FargateCloudWatchPermissions': true,
  '@aws-cdk/aws-s3:publicAccessBlockedByDefault': true,
};

/** Sets the flags for everything below the stage; must come before its first child. */
export function setFeatureFlags(stage: Stage): void {
  for (const [flag, value] of Object.entries(FLAGS)) stage.node.setContext(flag, value);
}
