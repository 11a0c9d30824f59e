/** Small CDK stages for the engine's tests: streams, a function of a few lines of JavaScript, a task. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  CfnCluster,
  CfnService,
  type ContainerDefinitionOptions,
  ContainerImage,
  FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import {
  Code,
  type EventSourceMappingOptions,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, CfnOutput, Stack, Stage } from 'aws-cdk-lib/core';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';

const folders: string[] = [];

/** A folder of this test's own. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'engine-test-'));
  folders.push(folder);
  return folder;
}

/** Removes every folder that `scratch` made. */
export function removeScratch(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** A function whose bundle is `source`, an ES module that exports `handler`. */
export function functionOf(
  scope: Construct,
  id: string,
  source: string,
  props: Partial<FunctionProps> = {},
): LambdaFunction {
  const folder = scratch();
  writeFileSync(join(folder, 'index.mjs'), source);
  return new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(folder),
    memorySize: 256,
    ...props,
  });
}

/** Feeds `target` from `stream`, without a batching window and from the beginning unless `options` say otherwise. */
export function feed(
  target: LambdaFunction,
  stream: Stream,
  options: Partial<EventSourceMappingOptions> = {},
): void {
  target.addEventSourceMapping('Records', {
    eventSourceArn: stream.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    ...options,
  });
}

/** A Fargate service of one task whose container runs `source`. */
export function serviceOf(
  scope: Construct,
  source: string,
  options: Partial<ContainerDefinitionOptions> = {},
  deploymentConfiguration: CfnService.DeploymentConfigurationProperty = {},
): void {
  const task = new FargateTaskDefinition(scope, 'Task');
  task.addContainer('main', { image: ContainerImage.fromAsset(imageOf(source)), ...options });
  const cluster = new CfnCluster(scope, 'Cluster').ref;
  new CfnService(scope, 'Service', {
    cluster,
    taskDefinition: task.taskDefinitionArn,
    desiredCount: 1,
    deploymentConfiguration,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0123456789abcdef0'] } },
  });
}

/** A folder with a Dockerfile and a bundle, as an image asset is made of. */
export function imageOf(source: string): string {
  const folder = scratch();
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM node:24-slim\nCOPY main.mjs ./\nCMD ["node", "main.mjs"]\n',
  );
  writeFileSync(join(folder, 'main.mjs'), source);
  return folder;
}

/** Two stacks of stage `test`: what is kept, and what runs. */
export interface SampleStacks {
  readonly storage: Stack;
  readonly pipeline: Stack;
  readonly input: Stream;
  readonly output: Stream;
  readonly table: Table;
  readonly failures: Bucket;
}

/** Synthesizes a stage `test` with streams and a table in `Storage`, a bucket in `Pipeline`, and what `build` adds. */
export function synthesize(build: (stacks: SampleStacks) => void, shards = 1): CloudAssembly {
  const app = new App({
    outdir: scratch(),
    analyticsReporting: false,
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
  });
  const stage = new Stage(app, 'test');
  const storage = new Stack(stage, 'Storage');
  const pipeline = new Stack(stage, 'Pipeline');
  const input = new Stream(storage, 'Input', { shardCount: shards });
  const output = new Stream(storage, 'Output', { shardCount: 1 });
  const table = new Table(storage, 'State', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  const failures = new Bucket(pipeline, 'Failures');
  new CfnOutput(storage, 'InputName', { value: input.streamName });
  build({ storage, pipeline, input, output, table, failures });
  return app.synth();
}
