/** What the task of the pipeline on this machine tells of itself, asked where its status server listens. */
import * as v from 'valibot';
import { localFeed } from './local-feed.ts';
import { OperatorError } from './operator-error.ts';
import { readySchema, statsSchema, type TaskReports } from './task-report.ts';

/** Who has not answered after so long (ms) is frozen. */
const PATIENCE = 5_000;

/** @throws OperatorError when no pipeline answers on the port, or its task does not */
export async function localTasks(port: number, name: string | undefined, now: Date): Promise<TaskReports> {
  const { feed, ingester, watched } = await localFeed(port, name);
  if (watched === false)
    throw new OperatorError(`the pipeline on port ${port} imports files: no task of an ingester runs there`);
  if (ingester === undefined)
    throw new OperatorError(`the pipeline on port ${port} is still starting: try again in a few seconds`);
  const [ready, stats] = await Promise.all([
    answerOf(ingester, 'ready', readySchema),
    answerOf(ingester, 'stats', statsSchema),
  ]);
  const at = now.toISOString();
  return {
    environment: 'local',
    feed,
    at,
    tasks: [{ task: new URL(ingester).host, toldAt: at, ready, stats }],
  };
}

/** Whatever the code: who is not ready answers 503. */
async function answerOf<const Schema extends v.GenericSchema>(
  ingester: string,
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const url = `${ingester}/${path}`;
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    return v.parse(schema, await reply.json());
  } catch {
    throw new OperatorError(
      `the task does not answer on ${url}: it is frozen, or started again, which takes a few seconds; npm start says which`,
    );
  }
}
