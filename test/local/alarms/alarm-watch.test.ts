/** When the minutes of a machine are judged: not those that it slept through. */
import { expect, test } from '@jest/globals';
import { AlarmWatch } from '../../../local/alarms/alarm-watch.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';

const NOON = Date.parse('2025-11-20T17:00:00Z');
const MINUTE = 60_000;

/** Silence is an alarm. */
const silent = {
  type: 'AWS::CloudWatch::Alarm',
  name: 'Silent',
  properties: {
    ...{ AlarmName: 'Silent', Namespace: 'Barflow', MetricName: 'lag', Statistic: 'Maximum', Period: 60 },
    ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 120, EvaluationPeriods: 2 },
    TreatMissingData: 'breaching',
  },
};

/** A watch whose minutes pass when told, and the states that it came to, with the minute. */
function watched() {
  const clock = new EventClock({ now: NOON, speed: 0 });
  const watch = new AlarmWatch({ alarms: [silent], onEmf: () => {}, onAwsMetric: () => {} }, clock);
  const states: [string, number][] = [];
  watch.start(({ to, at }) => states.push([to, (at - NOON) / MINUTE]));
  const turn = () => new Promise(resolve => setImmediate(resolve));
  return {
    watch,
    states,
    /** Minutes pass one by one; the feed speaks in each unless it is silent. */
    pass: async (minutes: number, isSilent = false) => {
      for (let n = 0; n < minutes; n++) {
        if (!isSilent)
          watch.store.add({
            ...{ namespace: 'Barflow', name: 'lag', dimensions: {} },
            ...{ values: [60], at: clock.now() },
          });
        clock.set({ now: clock.now() + MINUTE });
        await turn();
      }
    },
    /** The machine sleeps, and nobody measures anything. */
    sleep: async (minutes: number) => {
      clock.set({ now: clock.now() + minutes * MINUTE });
      await turn();
    },
  };
}

test('a feed that is silent after a start is no alarm until its minutes have been lived through', async () => {
  await using open = new AsyncDisposableStack();
  const { watch, states, pass } = watched();
  open.defer(() => watch.stop());
  await pass(9, true);
  expect([states, watch.heldUntil]).toEqual([[], NOON + 10 * MINUTE]);
  await pass(1, true);
  expect([states, watch.heldUntil]).toEqual([[['ALARM', 10]], undefined]);
});

test('minutes through which the machine slept are no silence, and judgement is held until others have followed', async () => {
  await using open = new AsyncDisposableStack();
  const { watch, states, pass, sleep } = watched();
  open.defer(() => watch.stop());
  await pass(12);
  expect(states).toEqual([['OK', 10]]);
  await sleep(4);
  expect(watch.heldUntil).toBe(NOON + 26 * MINUTE);
  await pass(12);
  expect(states).toEqual([['OK', 10]]);
  // Silence of the feed is.
  await pass(4, true);
  expect(states.at(-1)?.[0]).toBe('ALARM');
});

test('from when on it judges is not sure before a minute is over: the clock may leap to where its events begin', async () => {
  await using open = new AsyncDisposableStack();
  const { watch, sleep } = watched();
  open.defer(() => watch.stop());
  expect([watch.heldUntil, watch.surelyHeldUntil]).toEqual([NOON + 10 * MINUTE, undefined]);
  await sleep(180);
  expect(watch.surelyHeldUntil).toBe(NOON + 190 * MINUTE);
});
