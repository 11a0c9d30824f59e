/** Refuses an environment that AWS or the pipeline would stumble over later, with every reason at once. */

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { logLevel as logLevels } from '../../runtime/platform/settings.ts';
import type { Environment, ImportedVpc } from './environment.ts';
import { anyOf, durationFaults, fault, isObject, isText, repeatFaults, unknownFaults } from './fault.ts';
import { withFeedDefaults } from './feed-defaults.ts';
import { feedFaults } from './feed-faults.ts';
import { monitoringFaults } from './monitoring-faults.ts';
import { isAccount } from './name-faults.ts';
import { environmentSettings, vpcSettings } from './settings.ts';
import { sharedKeyFaults } from './shared-keys.ts';

/** AWS takes 50 a resource, and a new network's subnets carry three of the CDK's own. */
const MOST_TAGS = 47;

/** In small letters and without a path; plain HTTP only where nothing goes over a network. */
const ORIGIN = /^(https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;

/** Thrown for an environment that cannot be used; the message is for whoever wrote its settings. */
export class EnvironmentRefused extends Error {
  override readonly name = 'EnvironmentRefused';

  constructor(environment: string, faults: readonly string[]) {
    super(`environment '${environment}' cannot be used:\n${faults.map(line => `  ${line}`).join('\n')}`);
  }
}

/**
 * Types do not help here: Node strips them before it runs the settings.
 * @throws EnvironmentRefused with one line per setting that cannot be used: what was got, what is allowed
 */
export function refuseFaults(name: string, environment: Environment): void {
  const faults = [...nameFaults(name), ...environmentFaults(environment)];
  if (faults.length > 0) throw new EnvironmentRefused(name, faults);
}

function* nameFaults(name: string): Generator<string> {
  // Stack and parameter names are made of it; what every object has already would be found where an environment is looked up.
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || name in Object.prototype)
    yield fault(
      'its name',
      name,
      "at most 31 lower-case letters, digits and hyphens, a letter first, and no name that every object has, such as 'constructor'",
    );
}

function* environmentFaults(environment: Environment): Generator<string> {
  if (!isObject(environment))
    return yield fault('it', environment, 'settings: README.md has a short example');
  yield* unknownFaults('the environment', environment, Object.keys(environmentSettings));
  const {
    account,
    region,
    feeds,
    streamRetention,
    removal,
    vpc,
    logRetention,
    logLevel,
    enableExecuteCommand,
    apiOrigins = [],
    tags = {},
  } = environment;
  if (account !== undefined && !isAccount(account))
    yield fault(
      'account',
      account,
      'twelve digits in quotes, or leave it out to deploy where the credentials point',
    );
  if (region !== undefined) yield* regionFaults(region);
  if (!Array.isArray(feeds) || feeds.length === 0) yield fault('feeds', feeds, 'a list of at least one feed');
  else {
    const faults = feeds.flatMap((feed, index) => [
      ...feedFaults(`feeds[${index}]`, feed, feeds.slice(0, index)),
      ...ownFaults(`feeds[${index}].readers`, feed, account),
    ]);
    yield* faults;
    if (faults.length === 0) yield* sharedKeyFaults(feeds.map(withFeedDefaults));
  }
  yield* durationFaults('streamRetention', streamRetention, {
    min: Duration.hours(24),
    max: Duration.days(365),
    unit: Duration.hours(1),
  });
  if (removal !== 'destroy' && removal !== 'retain')
    yield fault('removal', removal, "'destroy' where data may go with the stack, 'retain' where it may not");
  if (vpc !== undefined) yield* vpcFaults(vpc);
  // The enumeration also holds its own names, which CloudFormation does not take.
  if (logRetention !== undefined && !(typeof logRetention === 'number' && logRetention in RetentionDays))
    yield fault('logRetention', logRetention, 'a value of RetentionDays, such as RetentionDays.ONE_MONTH');
  if (logLevel !== undefined) yield* logLevels.faults('logLevel', logLevel);
  if (enableExecuteCommand !== undefined && typeof enableExecuteCommand !== 'boolean')
    yield fault('enableExecuteCommand', enableExecuteCommand, 'true or false');
  yield* monitoringFaults(environment);
  yield* originFaults(apiOrigins);
  yield* tagFaults(tags);
}

/** Whoever reads in the own account needs no leave of the stream's. */
function* ownFaults(path: string, feed: unknown, account: unknown): Generator<string> {
  const { readers } = isObject(feed) ? feed : {};
  if (isAccount(account) && Array.isArray(readers) && readers.includes(account))
    yield fault(path, account, "other accounts: roles of the environment's own read without it");
}

/** A region that this release of the CDK does not know would get templates made for nowhere. */
function* regionFaults(region: string): Generator<string> {
  const known = RegionInfo.regions.map(({ name }) => name);
  if (known.includes(region)) return;
  const near = isText(region, /^[a-z]{2}-/) ? known.filter(name => name.startsWith(region.slice(0, 3))) : [];
  const use = near.length > 0 ? anyOf(near) : "a region's name such as 'eu-central-1'";
  yield fault('region', region, `${use}, or leave it out`);
}

/** Any page at all would be let in by `*`. */
function* originFaults(origins: unknown): Generator<string> {
  if (!Array.isArray(origins)) return yield fault('apiOrigins', origins, 'a list of origins');
  for (const origin of origins)
    if (!isText(origin, ORIGIN))
      yield fault(
        'apiOrigins',
        origin,
        "origins as browsers spell them, such as 'https://charts.example.com', or http://localhost:3000 of a page on the own machine",
      );
  yield* repeatFaults('apiOrigins', origins);
}

function* tagFaults(tags: object): Generator<string> {
  if (!isObject(tags)) return yield fault('tags', tags, 'texts by key');
  const { length } = Object.keys(tags);
  if (length > MOST_TAGS) yield `tags are ${length}: use at most ${MOST_TAGS}, which is what AWS leaves`;
  for (const [key, value] of Object.entries(tags)) {
    if (!/^(?!aws:)[\w\s.:/=+@-]{1,128}$/.test(key))
      yield fault('the key of a tag', key, "1 to 128 letters, digits, spaces and _.:/=+-@, not 'aws:' first");
    if (!isText(value, /^[\w\s.:/=+@-]{0,256}$/))
      yield fault(`tags.${key}`, value, 'a text of up to 256 letters, digits, spaces and _.:/=+-@');
  }
}

function* vpcFaults(vpc: ImportedVpc): Generator<string> {
  if (!isObject(vpc))
    return yield fault('vpc', vpc, 'vpcId and subnetIds, or leave it out for a new network');
  yield* unknownFaults('vpc', vpc, Object.keys(vpcSettings));
  const { vpcId, subnetIds, assignPublicIp } = vpc;
  if (!isText(vpcId, /^vpc-[0-9a-f]{8,17}$/))
    yield fault('vpc.vpcId', vpcId, "the id of a network, such as 'vpc-0123456789abcdef0'");
  if (assignPublicIp !== undefined && typeof assignPublicIp !== 'boolean')
    yield fault('vpc.assignPublicIp', assignPublicIp, 'true or false');
  if (!Array.isArray(subnetIds) || subnetIds.length === 0)
    return yield fault('vpc.subnetIds', subnetIds, 'a list of at least one subnet');
  for (const subnetId of subnetIds)
    if (!isText(subnetId, /^subnet-[0-9a-f]{8,17}$/))
      yield fault('vpc.subnetIds', subnetId, "ids such as 'subnet-0123456789abcdef0'");
  yield* repeatFaults('vpc.subnetIds', subnetIds);
}
