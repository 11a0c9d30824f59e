/** What the tasks of an ingester in AWS last told of themselves: the line that each writes into its log once a minute. */
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';
import { feedId, feedName } from '../../lib/settings/names.ts';
import type { Deployed } from './deployed.ts';
import { OperatorError } from './operator-error.ts';
import { inOrder, readySchema, statsSchema, type TaskReport, type TaskReports } from './task-report.ts';

const MINUTE = 60_000;
/** A task tells once a minute: one that has not for as long (ms) is not heard any more. */
const SILENT = 2 * MINUTE;
/** How far back (ms) it is looked at first, and where nothing is there. */
const LOOKS = [10 * MINUTE, 24 * 60 * MINUTE];
/** Lines with the numbers of a minute, and no others. */
const PATTERN = '{ $.stats.now > 0 }';

const lineSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    ready: v.optional(readySchema, { status: 'of an older release, which does not tell' }),
    stats: statsSchema,
  }),
);

/**
 * Of every task that is heard.
 * @param name of the feed; undefined for the only one
 * @throws OperatorError when there is no such feed, when it is not deployed, and when no task is heard
 */
export async function cloudTasks(
  deployed: Deployed,
  name: string | undefined,
  now: Date,
): Promise<TaskReports> {
  const feed = deployed.feed(name);
  const path = `Pipeline/${feedId(feed)}/Ingester/Log`;
  const logGroupName = (await deployed.physicalNames([path])).get(path);
  const client = new CloudWatchLogsClient(deployed.client);
  const heard = { environment: deployed.name, feed: feedName(feed), at: now.toISOString() };
  for (const look of LOOKS) {
    const [newest, ...others] = await newestOf(client, logGroupName, now.getTime() - look);
    if (newest === undefined) continue;
    const isHeard = ({ toldAt }: TaskReport) => now.getTime() - Date.parse(toldAt) <= SILENT;
    if (!isHeard(newest)) throw silent(heard.feed, newest, now);
    return { ...heard, tasks: inOrder([newest, ...others].filter(isHeard)) };
  }
  throw new OperatorError(
    `no task of feed '${heard.feed}' of '${deployed.name}' has told anything in the last 24 hours: look at the events of its service in ECS (docs/runbook.md#ingester-not-running)`,
  );
}

/** Newest first. */
async function newestOf(client: CloudWatchLogsClient, logGroupName: string | undefined, startTime: number) {
  const byTask = new Map<string, TaskReport>();
  const pages = paginateFilterLogEvents({ client }, { logGroupName, startTime, filterPattern: PATTERN });
  for await (const { events = [] } of pages)
    for (const { logStreamName = '', timestamp = 0, message } of events) {
      const line = v.safeParse(lineSchema, message);
      const task = logStreamName.split('/').at(-1) ?? logStreamName;
      const toldAt = new Date(timestamp).toISOString();
      if (line.success && toldAt >= (byTask.get(task)?.toldAt ?? ''))
        byTask.set(task, { task, toldAt, ready: line.output.ready, stats: line.output.stats });
    }
  return [...byTask.values()].toSorted((a, b) => b.toldAt.localeCompare(a.toldAt));
}

function silent(feed: string, { task, toldAt, ready }: TaskReport, now: Date): OperatorError {
  const minutes = Math.floor((now.getTime() - Date.parse(toldAt)) / MINUTE);
  return new OperatorError(
    `no task of feed '${feed}' is heard: the last word is ${minutes} minutes old, of ${toldAt}, when task ${task} said '${ready.status}': look at the events of its service in ECS (docs/runbook.md#ingester-not-running)`,
  );
}
