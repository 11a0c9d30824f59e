/** What makes functions too full: AWS takes 4 KiB of variables of each, and how long some are depends on settings. */

import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Stack, type Stage } from 'aws-cdk-lib/core';
import { toldSettings } from '../../runtime/platform/settings.ts';

/** AWS measures the variables as JSON. */
const MOST_BYTES = 4_096;
/** For what is known only where it is deployed, the names and ARNs of resources: no shorter than any. */
const REFERENCE = 'x'.repeat(200);

/** Settings by the variables that carry them. */
const settings = new Map([
  ...Object.entries(toldSettings).map(([name, { variable }]): [string, string] => [variable, name]),
  ['SYMBOLS', 'reconcile'],
]);

/** A line for each setting that leaves too little room, of the function that it makes fullest. */
export function functionFaults(stage: Stage): string[] {
  const worst = new Map<string, { readonly bytes: number; readonly text: string }>();
  for (const target of stage.node.findAll()) {
    if (!(target instanceof CfnFunction)) continue;
    const variables = variablesOf(target);
    const bytes = sizeOf(variables);
    if (bytes <= MOST_BYTES) continue;
    const [longest = ''] = Object.keys(variables).toSorted(
      (a, b) => sizeOf(variables[b]) - sizeOf(variables[a]),
    );
    const setting = settings.get(longest) ?? longest;
    const where = target.node.path.split('/').slice(1, -2).join('/');
    const text = `${setting} takes ${sizeOf(variables[longest])} bytes of the variables of ${where}, which are ${bytes} in all: shorten it, for AWS takes ${MOST_BYTES}`;
    if (bytes > (worst.get(setting)?.bytes ?? 0)) worst.set(setting, { bytes, text });
  }
  return [...worst.values()].map(({ text }) => text);
}

function variablesOf(target: CfnFunction): Readonly<Record<string, string>> {
  const { variables = {} } = Object(Stack.of(target).resolve(target.environment));
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : REFERENCE]),
  );
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
