/** What constructs ask of the environment that they stand in. */
import { RemovalPolicy, type StackProps, Stage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { release } from '../../runtime/platform/release-names.ts';
import type { Environment } from './environment.ts';

/** The stage that holds the construct; its id is the environment's name. @throws Error when there is none */
export function stageOf(construct: Construct): Stage {
  const stage = Stage.of(construct);
  if (!stage) throw new Error(`'${construct.node.path}' is in no stage: create it inside a BarflowStage`);
  return stage;
}

/** What every stack of the environment has in common. @param holds what is in it, in a few words */
export function stackProps(holds: string): StackProps {
  return {
    // An operator sees in it what is deployed.
    description: `${release}: ${holds}`,
    // Without the analytics resource every way to synthesize gives the same templates.
    analyticsReporting: false,
  };
}

/** What becomes of a resource that leaves the templates. What is kept goes all the same with a creation that is rolled back: it holds nothing yet, and the next one would make another. */
export function removalPolicy(environment: Environment): RemovalPolicy {
  return environment.removal === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
