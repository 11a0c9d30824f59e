/** RevisedFinals judges two full hours of two: never the few bars of an hour that has just begun. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { AlarmBoard, type Change } from '../../../local/alarms/alarm-board.ts';
import { type AlarmResource, readAlarm } from '../../../local/alarms/definition.ts';
import { MetricStore } from '../../../local/alarms/metric-store.ts';
import { metricNamespace, rollupMetrics } from '../../../runtime/platform/metric-names.ts';
import { least, synthesized } from '../synthesized.ts';

const MINUTE = 60_000;
const NAME = 'barflow-test-Stocks-RevisedFinals';
/** The first bars of a session are finished five minutes after its open. */
const OPEN = Date.parse('2025-11-20T14:30:00Z');

let resource: AlarmResource;
beforeAll(() => {
  const { monitoring } = synthesized(least);
  const [alarm] = Object.values(
    monitoring.findResources('AWS::CloudWatch::Alarm', { Properties: { AlarmName: NAME } }),
  );
  const properties = { ...alarm?.['Properties'], AlarmActions: [], OKActions: [] };
  resource = { type: 'AWS::CloudWatch::Alarm', name: NAME, properties };
});

/** At which minutes after the open it was raised and over, when so many bars are put every minute and so many revised at each. */
function historyOf(barsAMinute: number, revised: (minute: number) => number): [string, number][] {
  const store = new MetricStore();
  const board = new AlarmBoard([readAlarm(resource)], store);
  const changes: Change[] = [];
  const dimensions = { Environment: 'test', Feed: 'stocks' };
  const add = (name: string, value: number, at: number) =>
    store.add({ namespace: metricNamespace, name, dimensions, values: [value], at });
  for (let minute = -120; minute < 300; minute++) {
    const at = OPEN + minute * MINUTE;
    add(rollupMetrics.bars, minute < 0 ? 0 : barsAMinute, at);
    add(rollupMetrics.revisedBars, minute < 0 ? 0 : revised(minute), at);
    changes.push(...board.evaluate(at + MINUTE));
  }
  return changes
    .filter(({ from }) => from !== 'INSUFFICIENT_DATA')
    .map(({ to, at }) => [to, (at - OPEN) / MINUTE]);
}

describe('RevisedFinals', () => {
  test('tells nothing of the first bars of a session, however many of them are revised', () => {
    expect(historyOf(1, minute => (minute < 25 ? 1 : 0))).toEqual([]);
  });

  test('tells nothing of one bad hour, nor of the first bars of the next', () => {
    expect(historyOf(100, minute => (minute >= 30 && minute < 95 ? 3 : 0))).toEqual([]);
  });

  test('tells of two bad hours when the second is over, until a good one is over', () => {
    expect(historyOf(100, minute => (minute < 180 ? 3 : 0))).toEqual([
      ['ALARM', 90],
      ['OK', 210],
    ]);
  });
});
