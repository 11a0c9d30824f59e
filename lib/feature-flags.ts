/** The CDK behaviours that the templates rely on, set in code so that every way to synthesize gives the same templates. */
import type { Stage } from 'aws-cdk-lib/core';
import { CURRENT_VERSION_EXPIRED_FLAGS, CURRENT_VERSION_FLAG_DEFAULTS, FLAGS } from 'aws-cdk-lib/cx-api';

const CHOSEN: Readonly<Record<string, boolean | string>> = {
  // Storage and pipeline are updated on their own: neither blocks a change of the other.
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  // One statement per set of resources: policies that a person can read.
  '@aws-cdk/aws-iam:minimizePolicies': true,
};

/** Sets the flags for everything below the stage; must come before its first child. */
export function setFeatureFlags(stage: Stage): void {
  for (const [flag, value] of Object.entries(CHOSEN)) stage.node.setContext(flag, value);
}

/** Every flag that this CDK knows, the others as if nobody had set them: the command line counts those that are not set. */
export function allFeatureFlags(): Record<string, unknown> {
  const known = Object.keys(FLAGS).filter(flag => !CURRENT_VERSION_EXPIRED_FLAGS.includes(flag));
  return { ...Object.fromEntries(known.map(flag => [flag, unset(flag)])), ...CHOSEN };
}

/** What the CDK takes as not set, where it takes `false` as such and where it wants a list. */
function unset(flag: string): unknown {
  const none = Array.isArray(FLAGS[flag]?.recommendedValue) ? 'undefined' : false;
  return CURRENT_VERSION_FLAG_DEFAULTS[flag] ?? none;
}
