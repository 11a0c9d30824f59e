/** Looks whose credentials deploy, and whether they lead to the account and region that the environment names. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Deployed } from '../operate/deployed.ts';
import { wordsFor } from '../operate/operator-error.ts';
import { type Clients, type Finding, ok, stop } from './finding.ts';

export interface Identity {
  readonly findings: readonly Finding[];
  /** Where the credentials lead; nothing where nothing else can be asked. */
  readonly place?: { readonly account: string; readonly region: string };
}

export async function identityOf({ name, environment }: Deployed, clients: Clients): Promise<Identity> {
  const client = new STSClient(clients);
  try {
    const region = await client.config.region();
    const { Account: account, Arn = 'somebody' } = await client.send(new GetCallerIdentityCommand({}));
    if (account === undefined || !/^\d{12}$/.test(account))
      return {
        findings: [
          stop('credentials', 'what answers names no account: look at AWS_ENDPOINT_URL and at proxies'),
        ],
      };
    const credentials = ok('credentials', Arn);
    if (environment.account !== undefined && environment.account !== account)
      return {
        findings: [
          credentials,
          stop(
            'account',
            `the credentials are of ${account}, '${name}' belongs to ${environment.account}: set AWS_PROFILE or sign in there, or change account in lib/environments.ts`,
          ),
        ],
      };
    if (environment.feeds.some(({ readers = [] }) => readers.includes(account)))
      return {
        findings: [
          credentials,
          stop(
            'account',
            `the credentials are of ${account}, which readers in lib/environments.ts names as another account: take it out, or sign in elsewhere`,
          ),
        ],
      };
    const named = environment.account !== undefined && environment.region !== undefined;
    const found = `${account} in ${region}, ${named ? 'as lib/environments.ts names them' : 'where the credentials lead'}`;
    return { findings: [credentials, ok('account', found)], place: { account, region } };
  } catch (error) {
    return { findings: [stop('credentials', wordsFor(error))] };
  }
}
