/** The CDK behaviours that the templates rely on, set in code so that every way to synthesize gives the same templates. */
import type { Stage } from 'aws-cdk-lib';

const FLAGS: Readonly<Record<string, boolean | string>> = {
  // Storage and pipeline are updated on their own: neither blocks a change of the other.
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  // One statement per set of resources: policies that a person can read.
  '@aws-cdk/aws-iam:minimizePolicies': true,
};

/** Sets the flags for everything below the stage; must come before its first child. */
export function setFeatureFlags(stage: Stage): void {
  for (const [flag, value] of Object.entries(FLAGS)) stage.node.setContext(flag, value);
}
