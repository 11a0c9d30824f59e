/**
 * The whole architecture: what one environment deploys into one account.
 *
 *   vendor ──► ingester ──► minutes stream ──► roll-up ──► bars stream ──► bar store ──► bars table
 *              (Fargate)                       (Lambda)         │         (Lambda)
 *                                                               └──► consumers
 *
 * `Storage` holds what must not be lost, `Pipeline` what runs and can be replaced at any time, `Serving` what lets bars be
 * asked for, `Monitoring` what watches them all. In each, everything of a feed sits under a construct named after it, so that another feed adds resources
 * and renames none.
 */
import { Stage, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { setFeatureFlags } from './feature-flags.ts';
import { MonitoringStack } from './monitoring/monitoring-stack.ts';
import { PipelineStack } from './pipeline/pipeline-stack.ts';
import { ServingStack } from './serving/serving-stack.ts';
import type { Environment } from './settings/environment.ts';
import { EnvironmentRefused, refuseFaults } from './settings/environment-faults.ts';
import { functionFaults } from './settings/function-faults.ts';
import { StorageStack } from './storage/storage-stack.ts';

export class BarflowStage extends Stage {
  /**
   * @param name the environment's name, part of stack and parameter names
   * @throws EnvironmentRefused that lists everything wrong with the environment
   */
  constructor(scope: Construct, name: string, environment: Environment) {
    refuseFaults(name, environment);
    const { account, region } = environment;
    super(scope, name, {
      stageName: `barflow-${name}`,
      env: { ...(account && { account }), ...(region && { region }) },
    });
    setFeatureFlags(this);

    const storage = new StorageStack(this, 'Storage', { environment });
    const pipeline = new PipelineStack(this, 'Pipeline', { environment, storage });
    const serving = new ServingStack(this, 'Serving', { environment, storage });
    new MonitoringStack(this, 'Monitoring', { environment, storage, pipeline, serving });

    for (const [key, value] of Object.entries(environment.tags ?? {})) Tags.of(this).add(key, value);
    const faults = functionFaults(this);
    if (faults.length > 0) throw new EnvironmentRefused(name, faults);
  }
}
