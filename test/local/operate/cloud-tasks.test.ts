/** What the tasks of an ingester in AWS last told of themselves, read from CloudWatch Logs as it answers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { environments } from '../../../lib/environments.ts';
import { cloudTasks } from '../../../local/operate/cloud-tasks.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { OperatorError } from '../../../local/operate/operator-error.ts';
import { taskLines } from '../../../local/operate/task-report.ts';
import { FakeAws, type LogEvent } from './support/fake-aws.ts';

const NOW = Date.parse('2025-11-20T15:00:00Z');
const before = { ...process.env };
const deployed = new Deployed('dev', environments);
let aws: FakeAws;

beforeAll(async () => {
  aws = await FakeAws.start();
  Object.assign(process.env, aws.variables);
});

afterAll(async () => {
  process.env = before;
  await aws.stop();
});

const ready = { status: 'ready' };
const standingBy = { status: 'not ready', reason: 'standing by: the lease is held by a' };

/** The line of a task so many seconds ago. */
function line(task: string, seconds: number, ready: object | undefined, records = 0): LogEvent {
  const timestamp = NOW - seconds * 1_000;
  const stats = { now: timestamp, held: { records }, feed: { state: 'live', causes: {} } };
  const message = JSON.stringify({ _aws: {}, Connected: 1, ready, stats });
  return { logStreamName: `ingester/ingester/${task}`, timestamp, message };
}

function tasks(log: readonly LogEvent[], feed?: string) {
  aws.log = [...log];
  return cloudTasks(deployed, feed, new Date(NOW));
}

test('of every task that is heard the newest word is shown, whoever is ready first', async () => {
  const reports = await tasks([
    line('gone', 121, ready),
    line('aaaa', 90, ready, 8),
    line('aaaa', 30, ready, 7),
    line('bbbb', 10, standingBy),
    { ...line('aaaa', 5, ready), message: '{"level":"INFO","message":"something else"}' },
  ]);
  expect(reports.tasks.map(({ task }) => task)).toEqual(['aaaa', 'bbbb']);
  expect(taskLines(reports)).toEqual([
    'dev, feed stocks, task aaaa, 30 s ago: ready',
    '',
    'now           2025-11-20T14:59:30.000Z',
    'held.records  7',
    'feed.state    live',
    'feed.causes   {}',
    '',
    'dev, feed stocks, task bbbb, 10 s ago: not ready: standing by: the lease is held by a',
    '',
    'now           2025-11-20T14:59:50.000Z',
    'held.records  0',
    'feed.state    live',
    'feed.causes   {}',
  ]);
});

test('a task of a release that did not say whether it is ready is shown all the same', async () => {
  const { tasks: found } = await tasks([line('aaaa', 30, undefined, 7)]);
  expect(found).toMatchObject([{ ready: { status: expect.stringMatching(/older release/) }, stats: {} }]);
});

test.each([
  [[line('aaaa', 121, ready)], /the last word is 2 minutes old, of 2025-11-20T14:57:59.000Z, when task aaaa/],
  [
    [line('aaaa', 9_000, ready), line('bbbb', 7_230, standingBy)],
    /^no task of feed 'stocks' is heard: the last word is 120 minutes old, of .*, when task bbbb said 'not ready': look at/,
  ],
  [
    [line('aaaa', 100_000, ready)],
    /^no task of feed 'stocks' of 'dev' has told anything in the last 24 hours: look at the events of its service/,
  ],
])(
  'a task that was not heard for two minutes is no answer: how old its word is, is said',
  async (log, words) => {
    const asked = tasks(log);
    await expect(asked).rejects.toThrow(OperatorError);
    await expect(asked).rejects.toThrow(words);
  },
);

test('a feed that there is not is said to be none', async () => {
  await expect(tasks([], 'gold')).rejects.toThrow(
    "environment 'dev' has no feed 'gold': name one with --feed",
  );
});
