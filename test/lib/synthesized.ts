/** Synthesizes one environment the way the app does, without bundling code, and gives its templates. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Duration } from 'aws-cdk-lib/core';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BarflowStage } from '../../lib/barflow-stage.ts';
import type { Environment } from '../../lib/settings/environment.ts';
import { release } from '../../runtime/platform/release-names.ts';

export interface Synthesized {
  readonly storage: Template;
  readonly pipeline: Template;
  readonly serving: Template;
  readonly monitoring: Template;
  /** `rule at construct` for everything that the AWS Solutions rules find and nobody acknowledged. */
  readonly findings: readonly string[];
  /** What the stage says of itself while it is synthesized. */
  readonly notes: readonly string[];
  /** What it warns of. */
  readonly warnings: readonly string[];
  /** Stack names and whether they refuse to be deleted. */
  readonly stacks: Readonly<Record<string, boolean>>;
  /** What the command line would have to ask the account before it can deploy. */
  readonly lookups: readonly string[];
}

/** The types whose loss loses data. */
export const stateful = ['AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket'];

/** The template, without the hashes that change with every line of code, and the release. */
export function withoutHashes(template: Template): unknown {
  return JSON.parse(
    JSON.stringify(template.toJSON())
      .replace(/[0-9a-f]{64}/g, '<hash>')
      .replaceAll(release, '<release>'),
  );
}

/** The least that an environment must say. */
export const least: Environment = {
  feeds: [{ market: 'stocks', symbols: ['AAPL', 'BRK.B'], apiKeySecret: 'keys/vendor' }],
  streamRetention: Duration.hours(24),
  removal: 'destroy',
};

/** The same with everything that a feed may be watched for. */
export const whole: Environment = {
  ...least,
  feeds: least.feeds.map(feed => ({
    ...feed,
    channels: ['minutes', 'trades'],
    latest: true,
    sinks: [
      { kind: 'events' },
      { kind: 's3' },
      { kind: 'redis', urlSecret: 'redis/url' },
      { kind: 'stdout' },
    ],
  })),
};

export function synthesized(environment: Environment, name = 'test'): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'barflow-synth-'));
  try {
    // The app's own test validates against CloudFormation's schemas, whose loading takes seconds.
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    new BarflowStage(app, name, environment);
    const { stacksRecursively } = app.synth();
    const template = (id: string) => {
      const stack = stacksRecursively.find(({ hierarchicalId }) => hierarchicalId === `${name}/${id}`);
      if (!stack) throw new Error(`the stage has no stack ${id}`);
      return Template.fromJSON(stack.template);
    };
    return {
      storage: template('Storage'),
      pipeline: template('Pipeline'),
      serving: template('Serving'),
      monitoring: template('Monitoring'),
      findings: new AwsSolutionsChecks(app)
        .validateScope(app)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
        ),
      notes: saidOf(stacksRecursively, 'info'),
      warnings: saidOf(stacksRecursively, 'warning'),
      stacks: Object.fromEntries(
        stacksRecursively.map(stack => [stack.stackName, stack.terminationProtection ?? false]),
      ),
      lookups: stacksRecursively.flatMap(({ assembly }) =>
        (assembly.manifest.missing ?? []).map(({ key }) => key),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function saidOf(stacks: readonly CloudFormationStackArtifact[], asked: 'info' | 'warning'): string[] {
  return stacks.flatMap(({ messages }) =>
    messages.filter(({ level }) => level === asked).map(({ entry }) => String(entry.data)),
  );
}
