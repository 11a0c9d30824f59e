/** What options `cdk deploy` has. One that it does not know it ignores, and deploys: a `--check` with a typing error, too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { UsageError } from '../command-line/option-values.ts';

/** Of which the CDK makes its own command line. */
const REGISTRY = join(import.meta.dirname, '../../node_modules/aws-cdk/lib/cli/cli-type-registry.json');

const options = v.record(v.string(), v.object({ alias: v.optional(v.string()) }));
const schema = v.object({
  globalOptions: options,
  commands: v.object({ deploy: v.object({ options }) }),
});

/** @param given what comes after the stacks: options, and values of theirs. @throws UsageError for one that the CDK would ignore */
export function expectCdkOptions(given: readonly string[]): void {
  const { globalOptions, commands } = v.parse(schema, JSON.parse(readFileSync(REGISTRY, 'utf8')));
  const all = Object.entries({ ...globalOptions, ...commands.deploy.options });
  const known = new Set(['version', ...all.flatMap(([name, { alias = name }]) => [name, alias])]);
  const unknown = given.find(text => text.startsWith('-') && !namesOf(text).some(name => known.has(name)));
  if (unknown !== undefined)
    throw new UsageError(
      `Unknown option '${unknown}': use --check, or one of npx cdk deploy --help, which would ignore this one and deploy`,
    );
}

/** What an option may be called: `--no-rollback`, `--requireApproval=never`, `-vv`; none of a number. */
function namesOf(text: string): string[] {
  const [, long] = /^--([^=.]+)/.exec(text) ?? [];
  if (long === undefined) return [text.charAt(1)];
  const name = long.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  return [name, name.replace(/^no-/, '')];
}
