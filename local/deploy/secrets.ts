/** Looks whether the vendor's keys are there, and whether another environment would use the same one: the vendor cuts the older connection off. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { wordsFor } from '../operate/operator-error.ts';
import { type Finding, isDenied, isNamed, note, ok, type Place, stop } from './finding.ts';
import { isMade } from './stack-states.ts';

/** A secret as it was read; only whether two are the same matters beside its being there. */
type Read = { readonly key: string } | { readonly error: unknown };
type Reading = (secret: string) => Promise<Read>;

const SHARED = 'shared key';
const CUTS_OFF = 'the vendor cuts off the older of two connections';

export async function secretFindings(
  place: Place,
  all: Readonly<Record<string, Environment>>,
): Promise<Finding[]> {
  const { name, environment } = place.deployed;
  const read = reader(place);
  const names = [...new Set(environment.feeds.map(({ apiKeySecret }) => apiKeySecret))];
  const secrets = names.map(async secret => secretFinding(secret, await read(secret), place));
  const others = Object.entries(all)
    .filter(
      ([other, { account, region }]) =>
        other !== name && isHere(account, place.account) && isHere(region, place.region),
    )
    .map(([other, { feeds }]) => sharedFinding(place, other, feeds, read));
  const shared = [twinFinding(environment.feeds, read), ...others];
  const findings = [...(await Promise.all(secrets)), ...(await Promise.all(shared))];
  return findings.filter(finding => finding !== undefined);
}

function isHere(named: string | undefined, here: string): boolean {
  return named === undefined || named === here;
}

/** Reads each secret once. */
function reader({ clients }: Place): Reading {
  const client = new SecretsManagerClient(clients);
  const known = new Map<string, Promise<Read>>();
  const read = async (SecretId: string): Promise<Read> => {
    try {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return { key: SecretString };
    } catch (error) {
      return { error };
    }
  };
  return secret => {
    const reading = known.get(secret) ?? read(secret);
    known.set(secret, reading);
    return reading;
  };
}

function secretFinding(secret: string, read: Read, { region }: Place): Finding {
  const about = `secret ${secret}`;
  const put = `aws secretsmanager put-secret-value --region ${region} --secret-id ${secret} --secret-string "$POLYGON_API_KEY"`;
  if ('key' in read) {
    if (read.key.trim() === '') return stop(about, `it is empty: ${put}`);
    // What is not shown cannot leak: neither value nor length.
    if (/\s|^[{["]/.test(read.key))
      return stop(about, `its whole value must be the key, without quotes, JSON or line ends: ${put}`);
    return ok(about, 'there, and not empty');
  }
  const { error } = read;
  if (isNamed(error, /ResourceNotFound/) && /without|no.*value|staging label/i.test(error.message))
    return stop(about, `it has no value: ${put}`);
  if (isNamed(error, /ResourceNotFound/))
    return stop(
      about,
      `not in ${region}: aws secretsmanager create-secret --region ${region} --name ${secret} --secret-string "$POLYGON_API_KEY"`,
    );
  if (isNamed(error, /InvalidRequest/) && /delet/i.test(error.message))
    return stop(
      about,
      `it is about to be deleted: aws secretsmanager restore-secret --region ${region} --secret-id ${secret}`,
    );
  return note(about, `not looked at: ${isDenied(error) ? 'this role may not read it' : wordsFor(error)}`);
}

/** Another environment that connects where these feeds do, with the same key. */
async function sharedFinding(
  place: Place,
  other: string,
  feeds: readonly Feed[],
  read: Reading,
): Promise<Finding | undefined> {
  const same = await sameConnection(place.deployed.environment.feeds, feeds, read);
  if (same === undefined) return undefined;
  const found = `'${other}' connects to ${same} with the same key, and ${CUTS_OFF}`;
  return (await isDeployed(place, `barflow-${other}-Pipeline`))
    ? stop(SHARED, `${found}: give one of them a key of its own, or take '${other}' down first`)
    : note(SHARED, `${found}: run one of them at a time, or give each a key of its own`);
}

/** Two feeds of the environment itself whose secrets have different names and the same key; those of one name are refused with the settings. */
async function twinFinding(feeds: readonly Feed[], read: Reading): Promise<Finding | undefined> {
  for (const [index, feed] of feeds.entries()) {
    const same = await sameConnection([feed], feeds.slice(0, index), read);
    if (same !== undefined)
      return stop(
        SHARED,
        `two feeds connect to ${same} with the same key, and ${CUTS_OFF}: give each a key of its own`,
      );
  }
  return undefined;
}

/** Market and host to which both connect with one key. */
async function sameConnection(
  ours: readonly Feed[],
  theirs: readonly Feed[],
  read: Reading,
): Promise<string | undefined> {
  const others = theirs.map(withFeedDefaults);
  for (const { market, host, apiKeySecret } of ours.map(withFeedDefaults))
    for (const other of others)
      if (
        market === other.market &&
        host === other.host &&
        (await isSameKey(apiKeySecret, other.apiKeySecret, read))
      )
        return `${market} on ${host}`;
  return undefined;
}

async function isSameKey(ours: string, theirs: string, read: Reading): Promise<boolean> {
  if (ours === theirs) return true;
  const [one, other] = await Promise.all([read(ours), read(theirs)]);
  return 'key' in one && 'key' in other && one.key.trim() !== '' && one.key.trim() === other.key.trim();
}

async function isDeployed({ clients }: Place, stack: string): Promise<boolean> {
  try {
    const { Stacks = [] } = await new CloudFormationClient(clients).send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    return Stacks.some(isMade);
  } catch {
    // Not there, or nobody can say: then nothing is stopped for it.
    return false;
  }
}
