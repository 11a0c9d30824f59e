/** Everything that is looked at before an environment is deployed. */
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment } from '../../lib/settings/environment.ts';
import type { Deployed } from '../operate/deployed.ts';
import { bootstrapFinding } from './bootstrap.ts';
import { builderFinding } from './builder.ts';
import type { Clients, Finding } from './finding.ts';
import { identityOf } from './identity.ts';
import { quotaFindings } from './quotas.ts';
import { redisFindings } from './redis-secrets.ts';
import { secretFindings } from './secrets.ts';
import { type Standing, standingOf } from './standing.ts';
import { secretReader } from './stored-secret.ts';

export interface LookOptions {
  /** The program that builds containers. */
  readonly builder: string;
  /** All environments there are: another one may use the same key. */
  readonly environments: Readonly<Record<string, Environment>>;
  /** How long an answer may take, ms. */
  readonly limitMs: number;
}

export interface Look extends Pick<Standing, 'ruins' | 'consumersFirst'> {
  /** In the order in which they are told. */
  readonly findings: readonly Finding[];
  readonly clients: Clients;
}

export async function look(
  deployed: Deployed,
  { builder, environments, limitMs }: LookOptions,
): Promise<Look> {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: limitMs,
    requestTimeout: limitMs,
    // Otherwise it only warns, and waits on.
    throwOnRequestTimeout: true,
  });
  const clients = { ...deployed.client, requestHandler };
  const [identity, built] = await Promise.all([
    identityOf(deployed, clients),
    builderFinding(builder, limitMs),
  ]);
  if (identity.place === undefined)
    return { findings: [...identity.findings, built], ruins: [], consumersFirst: false, clients };
  const place = { deployed, clients, ...identity.place };
  const read = secretReader(place);
  const [bootstrap, secrets, servers, { standing, quotas }] = await Promise.all([
    bootstrapFinding(place),
    secretFindings(place, environments, read),
    redisFindings(place, read),
    room(place),
  ]);
  const findings = [
    ...identity.findings,
    bootstrap,
    ...secrets,
    ...servers,
    built,
    ...quotas,
    ...standing.findings,
  ];
  return { findings, ruins: standing.ruins, consumersFirst: standing.consumersFirst, clients };
}

/** What is free is asked beside what the environment has already. */
async function room(place: Parameters<typeof standingOf>[0]) {
  const standing = await standingOf(place);
  return { standing, quotas: await quotaFindings(place, standing) };
}
