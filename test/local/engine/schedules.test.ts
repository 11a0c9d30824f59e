/** Schedules by an event clock that stands still until the test sets it. */
import { describe, expect, test } from '@jest/globals';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { nextDue } from '../../../local/engine/schedule-expression.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { run, until } from './support/running.ts';
import { functionOf, synthesize } from './support/sample-stage.ts';

const at = (iso: string) => Date.parse(iso);
const start = at('2025-11-20T14:30:30Z');

/** A stage with one schedule of one function that prints its event and fails on `"fail"`. */
function scheduled(expression: string, input = '{"due":"<aws.scheduler.scheduled-time>"}') {
  const source = `let invocations = 0;
  export const handler = async event => {
    console.log(JSON.stringify(event));
    if (event === 'count') console.log(++invocations);
    if (event === 'fail') throw new Error('no');
  };`;
  return synthesize(({ pipeline }) => {
    const target = functionOf(pipeline, 'Tick', source);
    new CfnSchedule(pipeline, 'Schedule', {
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: target.functionArn, roleArn: 'arn:aws:iam::000000000000:role/scheduler', input },
    });
  });
}

describe('a schedule', () => {
  test('invokes its function whenever the event clock reaches an instant that is due', async () => {
    const clock = new EventClock({ now: start, speed: 0 });
    const { engine, printed } = await run({ assembly: scheduled('rate(1 minute)'), clock });
    const schedule = engine.schedule('Schedule');
    for (const minute of [31, 32, 33]) {
      clock.set({ now: at(`2025-11-20T14:${minute}:00Z`) });
      await until(() => schedule.succeeded === minute - 30);
    }
    expect(printed).toEqual(
      [31, 32, 33].map(minute => `Pipeline/Tick {"due":"2025-11-20T14:${minute}:00Z"}`),
    );
    expect(schedule.leftOut).toBe(0);
  });

  test('leaves out, and counts, what the clock leaps over', async () => {
    const clock = new EventClock({ now: start, speed: 0 });
    const { engine, printed } = await run({ assembly: scheduled('rate(1 minute)'), clock });
    const schedule = engine.schedule('Schedule');
    clock.set({ now: at('2025-11-20T15:00:00Z') });
    await until(() => schedule.leftOut > 0);
    expect([schedule.succeeded, schedule.leftOut]).toEqual([1, 29]);
    clock.set({ now: at('2025-11-20T15:01:00Z') });
    await until(() => schedule.succeeded === 2);
    expect(printed.at(-1)).toBe('Pipeline/Tick {"due":"2025-11-20T15:01:00Z"}');
  });

  test('tells of an invocation that fails and goes on', async () => {
    const clock = new EventClock({ now: start, speed: 0 });
    const { engine, said } = await run({ assembly: scheduled('rate(1 minute)', '"fail"'), clock });
    const schedule = engine.schedule('Schedule');
    clock.set({ now: at('2025-11-20T14:31:00Z') });
    await until(() => schedule.failures === 1);
    clock.set({ now: at('2025-11-20T14:32:00Z') });
    await until(() => schedule.failures === 2);
    expect(said[0]).toMatch(/^Pipeline\/Schedule: Pipeline\/Tick failed: Error: no/);
  });

  test('keeps its function in memory between instants that are near, and not for hours', async () => {
    const clock = new EventClock({ now: start, speed: 1 });
    const { engine, printed } = await run({
      assembly: scheduled('cron(31,32 14 * * ? *)', '"count"'),
      clock,
    });
    const schedule = engine.schedule('Schedule');
    for (const instant of ['20T14:31', '20T14:32', '21T14:31', '21T14:32']) {
      const succeeded = schedule.succeeded;
      clock.set({ now: at(`2025-11-${instant}:00Z`) });
      await until(() => schedule.succeeded > succeeded);
    }
    expect(printed.filter(line => /\d$/.test(line))).toEqual([1, 2, 1, 2].map(n => `Pipeline/Tick ${n}`));
  });

  test('is refused at the start when its expression is not understood', async () => {
    await expect(run({ assembly: scheduled('at(2025-11-20T15:00:00)') })).rejects.toThrow(
      "schedule 'at(2025-11-20T15:00:00)' does not run on this machine: use rate(n minutes|hours|days) or cron()",
    );
  });
});

describe('a schedule expression', () => {
  test.each([
    ['rate(5 minutes)', 'UTC', '2025-11-20T14:30:30Z', '2025-11-20T14:35:00Z'],
    ['rate(1 hour)', 'UTC', '2025-11-20T15:00:00Z', '2025-11-20T16:00:00Z'],
    ['rate(2 days)', 'UTC', '2025-11-20T15:00:00Z', '2025-11-22T00:00:00Z'],
    ['cron(* * * * ? *)', 'UTC', '2025-11-20T14:30:00Z', '2025-11-20T14:31:00Z'],
    ['cron(0/15 * * * ? *)', 'UTC', '2025-11-20T14:46:00Z', '2025-11-20T15:00:00Z'],
    ['cron(30 9 ? * MON-FRI *)', 'America/New_York', '2025-11-21T14:30:00Z', '2025-11-24T14:30:00Z'],
    ['cron(30 9 ? * MON-FRI *)', 'America/New_York', '2025-07-03T20:00:00Z', '2025-07-04T13:30:00Z'],
    ['cron(0 12 1 JAN,jul ? *)', 'UTC', '2025-07-01T12:00:00Z', '2026-01-01T12:00:00Z'],
    ['cron(0 0 29 2 ? *)', 'UTC', '2025-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(15,45 8-10/2 ? * 1 2026)', 'UTC', '2025-06-01T00:00:00Z', '2026-01-04T08:15:00Z'],
  ])('%s in %s is due after %s at %s', (expression, timeZone, after, due) => {
    expect(nextDue(expression, timeZone)(at(after))).toBe(at(due));
  });

  test('that lies in the past is never due again', () => {
    expect(nextDue('cron(0 0 1 1 ? 2020)', 'UTC')(at('2025-01-01T00:00:00Z'))).toBeUndefined();
  });

  test.each(['rate(0 minutes)', 'rate(1 week)', 'cron(* * * *)', 'every minute'])(
    '%s is refused',
    expression => {
      expect(() => nextDue(expression, 'UTC')).toThrow(
        `schedule '${expression}' does not run on this machine`,
      );
    },
  );

  test.each([
    ['cron(60 * * * ? *)', "'60' is not understood: use numbers 0 to 59"],
    ['cron(0 0 L * ? *)', "'L' is not understood: use numbers 1 to 31"],
    ['cron(0 0 ? * MON#1 *)', "'MON#1' is not understood: use numbers 1 to 7 or SUN, MON"],
    ['cron(5-1 * * * ? *)', "'5-1' is not understood"],
  ])('%s is refused because %s', (expression, reason) => {
    expect(() => nextDue(expression, 'UTC')).toThrow(reason);
  });
});
