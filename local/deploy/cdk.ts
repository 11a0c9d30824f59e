/** Lets the CDK deploy, once everything has been looked at. */
import { spawn } from 'node:child_process';
import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { tell } from '../command-line/tell.ts';
import type { Deployed } from '../operate/deployed.ts';
import { OperatorError } from '../operate/operator-error.ts';
import type { Asked } from './asked.ts';
import type { Look } from './look.ts';

/** One environment with what was found there. */
export interface Target {
  readonly deployed: Deployed;
  readonly look: Look;
}

/** The runs of the CDK, in their order: what reads something that leaves goes before what holds it. */
export function runsOf({ stacks, options }: Asked, targets: readonly Target[]): string[][] {
  const isWhole = (name: string) =>
    stacks.length === 0 || stacks.some(stack => stack === `${name}/**` || stack === '**');
  const first = targets
    .filter(({ look, deployed }) => look.consumersFirst && isWhole(deployed.name))
    .map(({ deployed }) => deployed.stacks.map(({ path }) => path).filter(path => !path.endsWith('/Storage')))
    .map(consumers => [
      'deploy',
      ...consumers,
      '--exclusively',
      ...options.filter(option => option !== '--all'),
    ]);
  return [...first, ['deploy', ...stacks, ...options]];
}

/** Takes the protection off stacks whose creation was rolled back: the CDK deletes those to make them anew. */
export async function liftProtection({ look: { ruins, clients } }: Target): Promise<void> {
  const client = new CloudFormationClient(clients);
  for (const StackName of ruins) {
    await client.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    );
    tell(`${StackName}: never was whole, so it may be deleted and made anew`);
  }
}

/** @returns whether the CDK did what it was asked to. @throws OperatorError when there is no CDK to ask */
export async function runCdk(args: readonly string[]): Promise<boolean> {
  // Ctrl-C is the CDK's to answer, which ends first.
  const leave = () => undefined;
  process.on('SIGINT', leave);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn('cdk', args, { stdio: 'inherit' });
      child.once('error', () =>
        reject(new OperatorError('there is no cdk here: run it as npm run deploy, after npm ci')),
      );
      child.once('exit', code => resolve(code === 0));
    });
  } finally {
    process.off('SIGINT', leave);
  }
}
