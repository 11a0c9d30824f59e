/** Refuses an environment that AWS or the pipeline would stumble over later, with every reason at once. */
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Environment, ImportedVpc } from './environment.ts';
import { durationFaults, fault } from './fault.ts';
import { feedFaults } from './feed-faults.ts';
import { monitoringFaults } from './monitoring/monitoring-faults.ts';

/** @throws Error with one line per setting that cannot be used: what was got, what is allowed */
export function refuseFaults(name: string, environment: Environment): void {
  const faults = [...nameFaults(name), ...environmentFaults(environment)];
  if (faults.length === 0) return;
  throw new Error(`environment '${name}' cannot be used:\n${faults.map(line => `  ${line}`).join('\n')}`);
}

function* nameFaults(name: string): Generator<string> {
  // Stack and parameter names are made of it.
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name))
    yield fault('its name', name, 'at most 31 lower-case letters, digits and hyphens, a letter first');
}

function* environmentFaults(environment: Environment): Generator<string> {
  const { account, region, feeds, streamRetention, removal, vpc, logRetention, tags = {} } = environment;
  if (account !== undefined && !/^\d{12}$/.test(account))
    yield fault('account', account, 'twelve digits, or leave it out to deploy where the credentials point');
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    yield fault('region', region, "a region's name such as 'eu-central-1', or leave it out");
  if (!Array.isArray(feeds) || feeds.length === 0) yield fault('feeds', feeds, 'a list of at least one feed');
  else yield* feeds.flatMap((feed, index) => [...feedFaults(`feeds[${index}]`, feed, feeds.slice(0, index))]);
  yield* durationFaults('streamRetention', streamRetention, {
    min: Duration.hours(24),
    max: Duration.days(365),
    unit: Duration.hours(1),
  });
  if (removal !== 'destroy' && removal !== 'retain')
    yield fault('removal', removal, "'destroy' where data may go with the stack, 'retain' where it may not");
  if (vpc) yield* vpcFaults(vpc);
  if (logRetention !== undefined && !(logRetention in RetentionDays))
    yield fault('logRetention', logRetention, 'a value of RetentionDays, such as RetentionDays.ONE_MONTH');
  yield* monitoringFaults(environment);
  for (const [key, value] of Object.entries(tags)) {
    if (!/^(?!aws:)[\w\s.:/=+@-]{1,128}$/.test(key))
      yield fault('the key of a tag', key, "1 to 128 letters, digits, spaces and _.:/=+-@, not 'aws:' first");
    if (!/^[\w\s.:/=+@-]{0,256}$/.test(value))
      yield fault(`tags.${key}`, value, 'up to 256 letters, digits, spaces and _.:/=+-@');
  }
}

function* vpcFaults({ vpcId, subnetIds }: ImportedVpc): Generator<string> {
  if (!/^vpc-[0-9a-f]{8,17}$/.test(vpcId))
    yield fault('vpc.vpcId', vpcId, "the id of a network, such as 'vpc-0123456789abcdef0'");
  if (!Array.isArray(subnetIds) || subnetIds.length === 0)
    yield fault('vpc.subnetIds', subnetIds, 'a list of at least one subnet');
  else
    for (const subnetId of subnetIds)
      if (!/^subnet-[0-9a-f]{8,17}$/.test(subnetId))
        yield fault('vpc.subnetIds', subnetId, "ids such as 'subnet-0123456789abcdef0'");
}
