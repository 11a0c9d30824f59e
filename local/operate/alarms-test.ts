/** `npm run alarms:test`: raises one alarm of each severity for a moment, so that somebody sees that it reaches them. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Severity } from '../../lib/settings/environment.ts';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { alarmName, feedId } from '../../lib/settings/names.ts';
import { tell } from '../command-line/tell.ts';
import { Deployed } from './deployed.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { readWhere } from './where.ts';

const usage = `Usage: npm run alarms:test -- --env NAME
  --env NAME   an environment of lib/environments.ts; one page and one ticket are sent to its subscribers
  -h, --help   this text
Exit codes: 0 both are sent, 1 one is not, 2 no answer`;

/** CloudWatch carries an action out within seconds, and tells of it in the alarm's history. */
const LOOKS = 15;
const BETWEEN_LOOKS = 1_000;
/** How far this machine's clock may be ahead of CloudWatch's, ms. */
const CLOCKS_DIFFER = 60_000;

/** No composite looks at these, and CloudWatch takes them back at its next evaluation. */
const SAMPLES: readonly (readonly [severity: Severity, id: string, withoutMinutes: string])[] = [
  ['page', 'DataDropped', 'DataDropped'],
  ['ticket', 'CalendarRunningOut', 'DeploymentRolledBack'],
];

process.exitCode = await exitCodeOf(async () => {
  const { where } = readWhere(process.argv.slice(2), usage, {});
  if (where.kind === 'local')
    throw new OperatorError('a pipeline on this machine tells nobody: use --env NAME');
  const deployed = new Deployed(where.environment);
  await deployed.versions();
  const client = new CloudWatchClient(deployed.client);
  const samples = SAMPLES.map(([severity, id, other]) => ({ severity, name: nameOf(deployed, id, other) }));
  const raised = await raisedOf(
    client,
    deployed,
    samples.map(({ name }) => name),
  );
  let failures = 0;
  for (const { severity, name } of samples) {
    const { line, isSent } = await send(client, deployed, severity, name, raised.has(name));
    tell(line);
    if (!isSent) failures++;
  }
  return failures > 0 ? 1 : 0;
});

function nameOf({ name, environment }: Deployed, id: string, withoutMinutes: string): string {
  const [feed] = environment.feeds;
  if (!feed) throw new OperatorError(`environment '${name}' has no feed: add one in lib/environments.ts`);
  return alarmName(name, feedId(feed), bringsMinutes(feed) ? id : withoutMinutes);
}

/** Those of the alarms that are raised already. @throws OperatorError when one is not there, before anybody is told anything */
async function raisedOf(client: CloudWatchClient, deployed: Deployed, names: string[]): Promise<Set<string>> {
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: names }));
  const states = new Map(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
  deployed.expectAlarms(new Set(states.keys()), names);
  return new Set(names.filter(name => states.get(name) === 'ALARM'));
}

interface Sent {
  /** Says what came of it. */
  readonly line: string;
  readonly isSent: boolean;
}

async function send(
  client: CloudWatchClient,
  { environment }: Deployed,
  severity: Severity,
  name: string,
  isRaised: boolean,
): Promise<Sent> {
  if (isRaised) {
    const line = `${severity}: ${name} is raised already, and was sent when it was: nothing is sent now`;
    return { line, isSent: true };
  }
  const since = new Date(Date.now() - CLOCKS_DIFFER);
  const StateReason = `A test of the way of a ${severity}: nothing is wrong, nothing is to be done.`;
  await client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: 'ALARM', StateReason }));
  const failed = await actionFailure(client, name, since);
  if (failed !== undefined) return { line: `${severity}: ${name} is raised, but ${failed}`, isSent: false };
  const named = environment.notify?.[severity]?.length ?? 0;
  const reaches =
    named > 0
      ? `sent to ${named} of notify`
      : 'sent to a topic for which notify in lib/environments.ts names nobody';
  const line = `${severity}: ${name} is raised and ${reaches}; it is taken back within minutes`;
  return { line, isSent: true };
}

/** What CloudWatch says of the alarm's action since then: undefined when it was carried out. */
async function actionFailure(
  client: CloudWatchClient,
  name: string,
  since: Date,
): Promise<string | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    if (look === 1) tell(`${name}: waiting for CloudWatch to say that it was sent`);
    if (look > 0) await sleep(BETWEEN_LOOKS);
    const { AlarmHistoryItems = [] } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: name, HistoryItemType: 'Action', StartDate: since }),
    );
    const [latest] = AlarmHistoryItems.map(({ HistorySummary = '' }) => HistorySummary);
    if (latest !== undefined) return /^Success/i.test(latest) ? undefined : `was not sent: ${latest}`;
  }
  return `CloudWatch has not said within ${(LOOKS * BETWEEN_LOOKS) / 1_000} s that it was sent: look at the history of the alarm`;
}
