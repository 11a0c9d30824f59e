/** Finds the environment that a construct belongs to. */
import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The stage that holds the construct; its id is the environment's name. @throws Error when there is none */
export function stageOf(construct: Construct): Stage {
  const stage = Stage.of(construct);
  if (!stage) throw new Error(`'${construct.node.path}' is in no stage: create it inside a BarflowStage`);
  return stage;
}
