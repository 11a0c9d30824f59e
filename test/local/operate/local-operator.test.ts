/** How the alarms of a pipeline on this machine stand, as its functions ask CloudWatch for it. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { Alarm, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { credentials, region } from '../../../local/engine/account.ts';
import { healthLines, paging } from '../../../local/operate/health.ts';
import { LocalOperator } from '../../../local/operate/local-operator.ts';
import { CloudWatchAlarms } from '../../../runtime/api/status/alarms.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { run } from '../engine/support/running.ts';
import { synthesize } from '../engine/support/sample-stage.ts';

const NOON = Date.parse('2025-11-20T17:00:00Z');
const MINUTE = 60_000;
const PREFIX = 'barflow-test-Stocks-';

/** A pipeline in which nothing is ever measured, and silence is an alarm. */
async function silentPipeline(feedRuns: boolean) {
  const assembly = synthesize(({ pipeline }) => {
    const alarm = new Alarm(pipeline, 'Alarm', {
      alarmName: `${PREFIX}FeedSilent`,
      alarmDescription: 'Nothing comes. First: look. Runbook: docs/runbook.md#feed-silent',
      metric: new Metric({ namespace: 'Barflow', metricName: 'Lag', statistic: 'Maximum' }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(new Topic(pipeline, 'Page', { topicName: 'barflow-test-page' })));
  });
  const { engine } = await run({ assembly });
  const clock = new EventClock({ now: NOON, speed: 0 });
  const feeds = [{ market: 'stocks' }] as const;
  const operator = new LocalOperator({
    ...{ engine, clock, feeds, environment: 'test', feedRuns },
    say: () => undefined,
  });
  const client = new CloudWatchClient({ region, credentials, endpoint: engine.endpoints.cloudwatch ?? '' });
  return {
    operator,
    clock,
    told: () => new CloudWatchAlarms(client, Date.now, { warn: () => undefined }).standing(PREFIX),
    pass: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        clock.set({ now: clock.now() + MINUTE });
        await new Promise(resolve => setImmediate(resolve));
      }
    },
  };
}

test('an alarm that goes off is told with the event time since when it stands, but not while it is too fast to judge', async () => {
  await using open = new AsyncDisposableStack();
  const { operator, clock, told, pass } = await silentPipeline(true);
  open.defer(() => operator.stop());
  await pass(9);
  expect(await told()).toEqual([]);
  await pass(1);
  expect(await told()).toEqual([{ name: 'FeedSilent', since: NOON + 10 * MINUTE, runbook: '#feed-silent' }]);
  expect(paging(operator.health())).toHaveLength(1);
  clock.set({ speed: 61 });
  expect(await told()).toEqual([]);
  expect(paging(operator.health())).toEqual([]);
  expect(healthLines(operator.health())[0]).toMatch(
    /: nothing pages, 0 tickets, 1 alarms not judged: event time runs more than 60 times as fast as the clock$/,
  );
});

test('where no feed runs, silence is no alarm', async () => {
  await using open = new AsyncDisposableStack();
  const { operator, told, pass } = await silentPipeline(false);
  open.defer(() => operator.stop());
  await pass(12);
  expect(await told()).toEqual([]);
  expect(operator.raised).toEqual([]);
});
