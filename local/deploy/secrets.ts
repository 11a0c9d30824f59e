/** Looks whether the vendor's keys are there, and whether another environment would use the same one: the vendor cuts the older connection off. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { wordsFor } from '../operate/operator-error.ts';
import { type Finding, isDenied, isNamed, note, ok, type Place, stop } from './finding.ts';

/** A secret as it was read; only whether two are the same matters beside its being there. */
type Read = { readonly key: string } | { readonly error: unknown };

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
  const findings = [...(await Promise.all(secrets)), ...(await Promise.all(others))];
  return findings.filter(finding => finding !== undefined);
}

function isHere(named: string | undefined, here: string): boolean {
  return named === undefined || named === here;
}

/** Reads each secret once. */
function reader({ clients }: Place): (secret: string) => Promise<Read> {
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

/** What another environment's feeds have in common with these: the key, on the same host and market. */
async function sharedFinding(
  place: Place,
  other: string,
  feeds: readonly Feed[],
  read: (secret: string) => Promise<Read>,
): Promise<Finding | undefined> {
  const connections = (of: readonly Feed[]) => of.map(withFeedDefaults);
  for (const ours of connections(place.deployed.environment.feeds))
    for (const theirs of connections(feeds)) {
      if (ours.market !== theirs.market || ours.host !== theirs.host) continue;
      if (!(await isSameKey(ours.apiKeySecret, theirs.apiKeySecret, read))) continue;
      const runs = await isDeployed(place, `barflow-${other}-Pipeline`);
      const found = `'${other}' connects to ${ours.market} on ${ours.host} with the same key, and the vendor cuts off the older of two connections`;
      return runs
        ? stop('shared key', `${found}: give one of them a key of its own, or take '${other}' down first`)
        : note('shared key', `${found}: run one of them at a time, or give each a key of its own`);
    }
  return undefined;
}

async function isSameKey(
  ours: string,
  theirs: string,
  read: (secret: string) => Promise<Read>,
): Promise<boolean> {
  if (ours === theirs) return true;
  const [one, other] = await Promise.all([read(ours), read(theirs)]);
  return 'key' in one && 'key' in other && one.key.trim() !== '' && one.key.trim() === other.key.trim();
}

async function isDeployed({ clients }: Place, stack: string): Promise<boolean> {
  try {
    const { Stacks = [] } = await new CloudFormationClient(clients).send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    return Stacks.length > 0;
  } catch {
    // Not there, or nobody can say: then nothing is stopped for it.
    return false;
  }
}
