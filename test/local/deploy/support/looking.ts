/** A look before a deployment, at a stub of AWS that the SDK of this process asks, beside a container builder that runs. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import type { Environment, Feed } from '../../../../lib/settings/environment.ts';
import { findingLine } from '../../../../local/deploy/finding.ts';
import { look as lookAt } from '../../../../local/deploy/look.ts';
import { Deployed } from '../../../../local/operate/deployed.ts';
import { Folder } from '../../../support/folder.ts';
import { program } from './programs.ts';
import { StubAws } from './stub-aws.ts';

export const feed: Feed = { market: 'stocks', symbols: ['AAPL'], apiKeySecret: 'keys/a' };
export const one: Environment = {
  ...{ feeds: [feed], streamRetention: Duration.hours(24), removal: 'destroy' },
};
export const aws = new StubAws();
export const folder = new Folder();
export const builder = program(folder.path, 'docker', 'exit 0');
const before = { ...process.env };
let synthesized: Deployed | undefined;

/** The environment `one`. */
export function deployed(): Deployed {
  synthesized ??= new Deployed('one', { one });
  return synthesized;
}

beforeAll(() => aws.listen());

beforeEach(() => {
  Object.assign(process.env, aws.variables);
  aws.reset();
});

afterAll(async () => {
  process.env = before;
  folder[Symbol.dispose]();
  await aws[Symbol.asyncDispose]();
});

/** What is told, and what else is found. */
export async function look(
  environments: Record<string, Environment> = { one },
  more: { readonly at?: Deployed; readonly builder?: string; readonly limitMs?: number } = {},
) {
  const { at = environments['one'] === one ? deployed() : new Deployed('one', environments), ...rest } = more;
  const found = await lookAt(at, { builder, environments, limitMs: 20_000, ...rest });
  return { ...found, lines: found.findings.map(findingLine) };
}

/** The lines that stop a deployment. */
export async function stops(...args: Parameters<typeof look>): Promise<string[]> {
  return (await look(...args)).lines.filter(line => line.startsWith('stop'));
}
