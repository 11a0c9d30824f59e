/** What every stack of an environment has in common. */
import { type StackProps, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';

/** Stack `Storage` of stage `dev` is named `barflow-dev-storage`; where data is retained it cannot be deleted by mistake. */
export function stackProps(scope: Construct, id: string, environment: Environment): StackProps {
  return {
    stackName: `barflow-${stageName(scope)}-${id.toLowerCase()}`,
    terminationProtection: environment.removal === 'retain',
  };
}

/** The environment's name: that of the stage which holds the construct. */
export function stageName(scope: Construct): string {
  const stage = Stage.of(scope);
  if (!stage) throw new Error(`'${scope.node.path}' is in no stage: create it inside a BarflowStage`);
  return stage.stageName;
}
