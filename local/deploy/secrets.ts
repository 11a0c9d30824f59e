/** Looks whether the vendor's keys are there, and whether another environment would use the same one: the vendor cuts the older connection off. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { type Finding, note, type Place, stop } from './finding.ts';
import { isMade } from './stack-states.ts';
import { type Reading, storedFinding } from './stored-secret.ts';

const SHARED = 'shared key';
const CUTS_OFF = 'the vendor cuts off the older of two connections';

export async function secretFindings(
  place: Place,
  all: Readonly<Record<string, Environment>>,
  read: Reading,
): Promise<Finding[]> {
  const { name, environment } = place.deployed;
  const names = [...new Set(environment.feeds.map(({ apiKeySecret }) => apiKeySecret))];
  const secrets = names.map(async secret =>
    storedFinding(place, secret, await read(secret), { variable: 'POLYGON_API_KEY', fault: keyFault }),
  );
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

/** @returns what is wrong with what should be a key, in words that do not show it: neither value nor length */
function keyFault(key: string): string | undefined {
  return /\s|^[{["]/.test(key)
    ? 'its whole value must be the key, without quotes, JSON or line ends'
    : undefined;
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
  return (
    'value' in one && 'value' in other && one.value.trim() !== '' && one.value.trim() === other.value.trim()
  );
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
