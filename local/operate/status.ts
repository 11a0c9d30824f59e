/** `npm run status`: how a pipeline is, in the words of the runbook, or its task in its own. Exit codes: 0 well, 1 not, 2 no answer. */
import * as v from 'valibot';
import { tell } from '../command-line/tell.ts';
import { cloudHealth } from './cloud-health.ts';
import { cloudTasks } from './cloud-tasks.ts';
import { Deployed } from './deployed.ts';
import { type Health, healthLines, healthSchema, paging } from './health.ts';
import { localTasks } from './local-tasks.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { calendarLeft } from './readings.ts';
import { isReady, type TaskReports, taskLines } from './task-report.ts';
import { askLocal, readWhere, type Where } from './where.ts';

const usage = `Usage: npm run status -- --env NAME | --local [--port P] [--task [--feed NAME]] [--json]
  --env NAME   an environment of lib/environments.ts, read from CloudWatch
  --local      the pipeline that runs on this machine (npm start), on --port P (default 8080)
  --task       what the ingester's task tells of itself: whether it is ready, and every number it has
  --feed NAME  whose task, where there are several feeds
  --json       the whole answer as JSON
  -h, --help   this text
Exit codes: 0 nothing pages, or a task is ready; 1 something pages, or none is; 2 it cannot be answered`;

/** `watched`: whether a feed runs there. */
const answerSchema = v.object({ health: v.optional(healthSchema), watched: v.optional(v.boolean()) });

process.exitCode = await exitCodeOf(async () => {
  const { where, has, text } = readWhere(process.argv.slice(2), usage, {
    ...{ json: { type: 'boolean' }, task: { type: 'boolean' }, feed: { type: 'string' } },
  });
  const say = (answer: object, lines: readonly string[]) =>
    tell(has('json') ? JSON.stringify(answer, null, 2) : lines.join('\n'));
  if (has('task')) {
    const reports = await tasksOf(where, text('feed'));
    say(reports, taskLines(reports));
    return reports.tasks.some(isReady) ? 0 : 1;
  }
  if (text('feed') !== undefined)
    throw new OperatorError('--feed goes with --task alone: without it every feed is shown');
  const health = await healthOf(where);
  expectCalendar(health);
  say(health, healthLines(health));
  return paging(health).length > 0 ? 1 : 0;
});

function tasksOf(where: Where, feed: string | undefined): Promise<TaskReports> {
  const now = new Date();
  return where.kind === 'cloud'
    ? cloudTasks(new Deployed(where.environment), feed, now)
    : localTasks(where.port, feed, now);
}

/** @throws OperatorError when the calendar has ended, for then no lag means anything */
function expectCalendar({ environment, readings }: Health): void {
  const days = readings.find(({ what }) => what.endsWith(calendarLeft.what))?.value;
  if (days === undefined || days >= 0) return;
  throw new OperatorError(
    `the calendar of '${environment}' ended ${-days} days ago, so nobody knows when its markets are open: bring in a release whose rules reach further, and deploy it`,
  );
}

function healthOf(where: Where): Promise<Health> {
  return where.kind === 'cloud'
    ? cloudHealth(new Deployed(where.environment), new Date())
    : local(where.port);
}

async function local(port: number): Promise<Health> {
  const { health, watched } = await askLocal(port, '/status', answerSchema);
  if (health) return health;
  if (watched === false)
    throw new OperatorError(
      `the pipeline on port ${port} imports files: no feed runs there that could be well or ill; how far it is stands in http://127.0.0.1:${port}/status`,
    );
  throw new OperatorError(`the pipeline on port ${port} is still starting: try again in a few seconds`);
}
