/** `npm run alarms:test`: raises one alarm of each severity for a moment, so that somebody sees that it reaches them. */
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { feedId } from '../../lib/environment.ts';
import { alarmName } from '../../lib/monitoring/alarm-names.ts';
import { Deployed } from './deployed.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { readWhere } from './where.ts';

const usage = `Usage: npm run alarms:test -- --env NAME
  --env NAME   an environment of lib/environments.ts; one page and one ticket are sent to its subscribers`;

/** No composite looks at these, and CloudWatch takes them back at its next evaluation. */
const SAMPLES = { page: 'DataDropped', ticket: 'CalendarRunningOut' } as const;

process.exitCode = await exitCodeOf(async () => {
  const { where } = readWhere(process.argv.slice(2), usage, {});
  if (where.kind === 'local')
    throw new OperatorError(`a pipeline on this machine tells nobody: use --env\n${usage}`);
  const deployed = new Deployed(where.environment);
  await deployed.versions();
  const client = new CloudWatchClient(deployed.client);
  const [feed] = deployed.environment.feeds;
  if (!feed)
    throw new OperatorError(`environment '${deployed.name}' has no feed: add one in lib/environments.ts`);
  for (const [severity, id] of Object.entries(SAMPLES)) {
    const name = alarmName(deployed.name, feedId(feed), id);
    await client.send(
      new SetAlarmStateCommand({
        AlarmName: name,
        StateValue: 'ALARM',
        StateReason: `A test of the way of a ${severity}: nothing is wrong, nothing is to be done.`,
      }),
    );
    console.log(`${severity}: ${name} is raised; it is taken back within minutes`);
  }
  return 0;
});
