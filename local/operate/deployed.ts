/** An environment as it should be deployed, from its templates, and as CloudFormation says it is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { App } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../lib/barflow-stage.ts';
import { environments } from '../../lib/environments.ts';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { feedName } from '../../lib/settings/names.ts';
import { sinkOf } from '../../lib/settings/sink-settings.ts';
import { type Resource, readStage, type Stack, type Template } from '../engine/assembly.ts';
import { askedFeed, askedFeedWith, askedMinutesFeed, LACKS } from './asked-feed.ts';
import { OperatorError } from './operator-error.ts';

/** Settings of an SDK client: empty where the standard variables decide. */
export interface ClientSettings {
  readonly region?: string;
  readonly maxAttempts: number;
}

export class Deployed {
  readonly name: string;
  readonly environment: Environment;
  readonly client: ClientSettings;
  readonly #stacks: readonly Stack[];

  /** @throws OperatorError for an environment that is not among those of `lib/environments.ts` */
  constructor(name: string, all = environments) {
    const environment = Object.hasOwn(all, name) ? all[name] : undefined;
    if (environment === undefined) {
      const known = Object.keys(all).join(', ');
      throw new OperatorError(`environment '${name}' is unknown: use one of ${known} (lib/environments.ts)`);
    }
    this.name = name;
    this.environment = environment;
    const { region } = environment;
    this.client = { maxAttempts: 3, ...(region === undefined ? {} : { region }) };
    this.#stacks = stacksOf(name, environment);
  }

  /** @param name of the feed; undefined for the only one. @throws OperatorError when there is no such feed, or a choice of several */
  feed(name: string | undefined): Feed {
    return askedFeed(this.environment.feeds, feedName, name, `environment '${this.name}'`);
  }

  /** The same for what is about minutes and bars. @throws OperatorError likewise, and for a feed without minutes */
  feedOfMinutes(name: string | undefined): Feed {
    return askedMinutesFeed(this.environment.feeds, name, `environment '${this.name}'`);
  }

  /** The same for what is about its stream of events. @throws OperatorError likewise, and for a feed without one */
  feedOfEvents(name: string | undefined): Feed {
    const has = ({ sinks = [] }: Feed) => sinkOf({ sinks }, 'events') !== undefined;
    const { feeds } = this.environment;
    return askedFeedWith(
      feeds,
      { nameOf: feedName, has, lacks: LACKS.events },
      name,
      `environment '${this.name}'`,
    );
  }

  /** Names of the alarms that the templates declare. */
  get alarms(): readonly string[] {
    const alarms = this.#stacks
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => type === 'AWS::CloudWatch::Alarm' || type === 'AWS::CloudWatch::CompositeAlarm');
    return alarms.map(({ properties }) => String(Object(properties).AlarmName));
  }

  /** @throws OperatorError when one of the `names` is not among the alarms that are there */
  expectAlarms(there: ReadonlySet<string | undefined>, names = this.alarms): void {
    const [first, ...more] = names.filter(name => !there.has(name));
    if (first === undefined) return;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    const declares = ({ properties }: Resource) => Object(properties).AlarmName === first;
    const stack = this.#stacks.find(({ resources }) => resources.some(declares))?.path;
    throw new OperatorError(
      `alarm '${first}'${others} is gone, though the stack declares it: npm run deploy -- ${this.name}/${stack} --revert-drift brings it back`,
    );
  }

  /** Construct paths of the resources of a type, such as `AWS::ApiGatewayV2::Api`. */
  pathsOf(type: string): readonly string[] {
    const resources = this.#stacks.flatMap(each => each.resources);
    return resources.filter(each => each.type === type).map(({ path }) => path);
  }

  /** What the stacks are called, by CloudFormation and by the CDK; those that others depend on first. One with nothing in it the CDK does not make, and deletes where it is. */
  get stacks(): readonly { readonly name: string; readonly path: string; readonly isEmpty: boolean }[] {
    return this.#stacks.map(({ name, path, resources }) => ({
      ...{ name, path: `${this.name}/${path}`, isEmpty: resources.length === 0 },
    }));
  }

  /** Where the account says how recently it was prepared for the CDK, and how recently it must have been. */
  get bootstrap(): { readonly parameter: string; readonly least: number } {
    const [stack] = this.#stacks;
    return bootstrapOf(stack?.template ?? {});
  }

  /** Logical ids of the resources that the templates declare in a stack. @param types of these alone */
  logicalIds(stack: string, types?: readonly string[]): readonly string[] {
    const declared = this.#stacks.find(({ name }) => name === stack)?.resources ?? [];
    return declared.filter(({ type }) => types?.includes(type) ?? true).map(({ logicalId }) => logicalId);
  }

  /** Release, state and last change of every stack that has something in it. @throws OperatorError when one is not there */
  async versions(): Promise<Record<string, string>> {
    const client = new CloudFormationClient(this.client);
    const versions: Record<string, string> = {};
    for (const { name } of this.stacks.filter(({ isEmpty }) => !isEmpty)) {
      const reply = await this.#ask(client, name, () =>
        client.send(new DescribeStacksCommand({ StackName: name })),
      );
      const { Description, StackStatus, LastUpdatedTime, CreationTime } = reply.Stacks?.[0] ?? {};
      const [release = 'an unknown release'] = (Description ?? '').split(':').filter(part => part !== '');
      const changed = (LastUpdatedTime ?? CreationTime)?.toISOString().slice(0, 16).replace('T', ' ');
      versions[name] = `${release}, ${StackStatus}, last changed ${changed ?? 'never'} UTC`;
    }
    return versions;
  }

  /**
   * Physical names of resources by construct path, such as `Storage/Stocks/Quarantine`.
   * @throws OperatorError when the stack is not there or does not hold one of them
   */
  async physicalNames(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const client = new CloudFormationClient(this.client);
    const found = new Map<string, string>();
    for (const { name, resources } of this.#stacks) {
      const wanted = resources.filter(({ path }) => paths.includes(path));
      if (wanted.length === 0) continue;
      const physical = new Map<string, string>();
      await this.#ask(client, name, async () => {
        for await (const page of paginateListStackResources({ client }, { StackName: name }))
          for (const { LogicalResourceId = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? [])
            physical.set(LogicalResourceId, PhysicalResourceId);
      });
      for (const { path, logicalId } of wanted) {
        const known = physical.get(logicalId);
        if (known !== undefined) found.set(path, known);
      }
    }
    const missing = paths.find(path => !found.has(path));
    if (missing === undefined) return found;
    throw new OperatorError(`${missing} of '${this.name}' is not deployed: npm run deploy -- ${this.name}`);
  }

  async #ask<Reply>(client: CloudFormationClient, stack: string, ask: () => Promise<Reply>): Promise<Reply> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
      const region = await client.config.region();
      throw new OperatorError(
        `region ${region} has no stack '${stack}': deploy it (npm run deploy -- ${this.name}), or set the region of the environment or AWS_REGION`,
      );
    }
  }
}

/** What the rule refuses that the CDK puts into every template is too old. */
function bootstrapOf(template: Template): { parameter: string; least: number } {
  const { BootstrapVersion } = template.Parameters ?? {};
  const refused = /"Fn::Contains":\[\[((?:"\d+",?)+)\]/.exec(JSON.stringify(template.Rules ?? {}))?.[1] ?? '';
  const least = refused.split(',').filter(text => text !== '').length + 1;
  return { parameter: String(BootstrapVersion?.Default ?? '/cdk-bootstrap/hnb659fds/version'), least };
}

/** Synthesized without code: only names and shapes are of interest. */
function stacksOf(name: string, environment: Environment): readonly Stack[] {
  const outdir = mkdtempSync(join(tmpdir(), 'barflow-operate-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    new BarflowStage(app, name, environment);
    return readStage(app.synth(), name);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
