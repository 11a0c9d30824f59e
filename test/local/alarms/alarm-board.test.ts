/** Alarms as a template declares them, over values as they come, minute by minute. */
import { describe, expect, test } from '@jest/globals';
import { AlarmBoard, type Change } from '../../../local/alarms/alarm-board.ts';
import { type AlarmResource, readAlarm } from '../../../local/alarms/definition.ts';
import { MetricStore } from '../../../local/alarms/metric-store.ts';

const NOON = Date.parse('2025-11-20T12:00:00Z');
const MINUTE = 60_000;
const lag = { namespace: 'Barflow', name: 'Lag', dimensions: { Feed: 'stocks' } };

function metric(name: string, properties: object = {}): AlarmResource {
  return {
    type: 'AWS::CloudWatch::Alarm',
    name,
    properties: {
      Namespace: 'Barflow',
      MetricName: 'Lag',
      Dimensions: [{ Name: 'Feed', Value: 'stocks' }],
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      AlarmActions: ['page'],
      ...properties,
    },
  };
}

function composite(name: string, AlarmRule: string, properties: object = {}): AlarmResource {
  return {
    type: 'AWS::CloudWatch::CompositeAlarm',
    name,
    properties: { AlarmRule, AlarmActions: ['page'], ...properties },
  };
}

/** A board that saw one value per minute from noon on, null for none, and was evaluated after each. */
function boardAfter(resources: readonly AlarmResource[], values: readonly (number | null)[]) {
  const store = new MetricStore();
  const board = new AlarmBoard(resources.map(readAlarm), store);
  const states: string[] = [];
  const changes: Change[] = [];
  for (const [minute, value] of values.entries()) {
    if (value !== null) store.add({ ...lag, values: [value], at: NOON + minute * MINUTE + 30_000 });
    changes.push(...board.evaluate(NOON + (minute + 1) * MINUTE));
    states.push(board.alarms.map(alarm => board.stateOf(alarm.name).charAt(0)).join(''));
  }
  return { board, store, states, changes };
}

describe('a metric alarm', () => {
  test('has no data before the first datapoint, then follows it', () => {
    const { states, board, changes } = boardAfter([metric('Lag')], [null, 5, 11, 10]);
    expect(states).toEqual(['I', 'O', 'A', 'O']);
    expect(changes.map(({ from, to, at }) => [from, to, at])).toEqual([
      ['INSUFFICIENT_DATA', 'OK', NOON + 2 * MINUTE],
      ['OK', 'ALARM', NOON + 3 * MINUTE],
      ['ALARM', 'OK', NOON + 4 * MINUTE],
    ]);
    expect(board.since('Lag')).toBe(NOON + 4 * MINUTE);
  });

  test.each([
    ['GreaterThanThreshold', 'OOA'],
    ['GreaterThanOrEqualToThreshold', 'OAA'],
    ['LessThanThreshold', 'AOO'],
    ['LessThanOrEqualToThreshold', 'AAO'],
  ])('compares with %s', (ComparisonOperator, expected) => {
    const { states } = boardAfter([metric('Lag', { ComparisonOperator })], [9, 10, 11]);
    expect(states.join('')).toBe(expected);
  });

  test('does not look at the minute that is still going on', () => {
    const { board, store } = boardAfter([metric('Lag')], [5]);
    store.add({ ...lag, values: [99], at: NOON + MINUTE + 1 });
    board.evaluate(NOON + MINUTE + 59_999);
    expect(board.stateOf('Lag')).toBe('OK');
    board.evaluate(NOON + 2 * MINUTE);
    expect(board.stateOf('Lag')).toBe('ALARM');
  });

  test('evaluates periods of several minutes every minute', () => {
    const { states } = boardAfter([metric('Lag', { Period: 180, Statistic: 'Sum' })], [4, 4, 4, 0, 0]);
    expect(states.join('')).toBe('OOAOO');
  });

  test('counts M of N datapoints, by default all of them', () => {
    const [all, some] = [{ EvaluationPeriods: 3 }, { EvaluationPeriods: 3, DatapointsToAlarm: 2 }];
    const { states } = boardAfter([metric('all', all), metric('some', some)], [5, 5, 5, 11, 11, 11, 5, 5]);
    expect(states).toEqual(['OO', 'OO', 'OO', 'OO', 'OA', 'AA', 'OA', 'OO']);
  });

  test('computes metric math over periods of all its metrics', () => {
    const Metrics = [
      { Id: 'share', Expression: 'IF(all > 0, 100 * some / all, 0)', Label: 'share' },
      ...['all', 'some'].map(Id => ({
        Id,
        ReturnData: false,
        MetricStat: { Metric: { Namespace: 'Barflow', MetricName: Id }, Period: 60, Stat: 'Sum' },
      })),
    ];
    const resource = metric('Share', { Metrics });
    const { Threshold, ComparisonOperator, EvaluationPeriods } = { ...plain(resource) };
    const alarm = readAlarm({
      ...resource,
      properties: { Metrics, Threshold, ComparisonOperator, EvaluationPeriods },
    });
    const store = new MetricStore();
    const board = new AlarmBoard([alarm], store);
    const changes: Change[] = [];
    for (const [minute, [all, some]] of [
      [100, 2],
      [100, 20],
      [0, 0],
    ].entries()) {
      const at = NOON + minute * MINUTE;
      store.add({ namespace: 'Barflow', name: 'all', dimensions: {}, values: [all ?? 0], at });
      store.add({ namespace: 'Barflow', name: 'some', dimensions: {}, values: [some ?? 0], at });
      changes.push(...board.evaluate(at + MINUTE));
    }
    expect(changes.map(({ to }) => to)).toEqual(['OK', 'ALARM', 'OK']);
  });

  test('on a metric of DynamoDB ignores missing data, whatever it says', () => {
    const Namespace = 'AWS/DynamoDB';
    const alarm = readAlarm(metric('Throttled', { Namespace, TreatMissingData: 'breaching' }));
    expect(alarm.kind === 'metric' && alarm.treatMissingData).toBe('ignore');
  });

  test('is refused with a property that is not understood', () => {
    expect(() => readAlarm(metric('Lag', { ThresholdMetricId: 'band' }))).toThrow(
      /alarm 'Lag' cannot be evaluated: ThresholdMetricId/,
    );
    expect(() => readAlarm(metric('Lag', { Statistic: undefined }))).toThrow(
      "alarm 'Lag' cannot be evaluated: give Namespace, MetricName, Period and Statistic, or Metrics",
    );
  });
});

describe('a composite alarm', () => {
  test('follows its alarms in the same evaluation, however they are ordered', () => {
    const resources = [
      composite('Both', 'ALARM("Any") AND ALARM("low")'),
      composite('Any', 'ALARM("high") OR ALARM("low")'),
      metric('high', { Threshold: 20 }),
      metric('low'),
    ];
    const { changes } = boardAfter(resources, [5, 11, 21, 5]);
    expect(changes.filter(({ alarm }) => alarm.name === 'Both').map(({ to }) => to)).toEqual([
      'OK',
      'ALARM',
      'OK',
    ]);
  });

  test('takes no action while its suppressor is in ALARM', () => {
    const suppressed = composite('Page', 'ALARM("low")', { ActionsSuppressor: 'high' });
    const resources = [suppressed, metric('high', { Threshold: 20 }), metric('low')];
    expect(boardAfter(resources, [11]).board.acts('Page')).toBe(true);
    expect(boardAfter(resources, [21]).board.acts('Page')).toBe(false);
    expect(boardAfter(resources, [21]).board.stateOf('Page')).toBe('ALARM');
    expect(boardAfter([metric('low', { ActionsEnabled: false })], [21]).board.acts('low')).toBe(false);
  });

  test('waits for its suppressor before it acts, and a while longer after the suppressor is over', () => {
    const suppressed = composite('Page', 'ALARM("low")', {
      ActionsSuppressor: 'high',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });
    const resources = [suppressed, metric('high', { Threshold: 20 }), metric('low')];
    const acts = (values: number[]) => boardAfter(resources, values).board.acts('Page');
    expect([acts([5, 11]), acts([5, 11, 11])]).toEqual([false, true]);
    expect([acts([5, 21, 11]), acts([5, 21, 11, 11]), acts([5, 21, 11, 11, 11])]).toEqual([
      false,
      false,
      true,
    ]);
    expect(acts([5, 21, 11, 5, 5, 5])).toBe(false);
    // A suppressor that was over before it began has no say.
    expect([acts([21, 5, 11]), acts([21, 5, 11, 11])]).toEqual([false, true]);
  });

  test('is refused when it looks at an alarm that does not exist, or at itself', () => {
    const board = (...resources: AlarmResource[]) =>
      new AlarmBoard(resources.map(readAlarm), new MetricStore());
    expect(() => board(composite('Page', 'ALARM("gone")'))).toThrow(
      "alarm 'Page' looks at 'gone', which does not exist",
    );
    expect(() => board(composite('A', 'ALARM("B")'), composite('B', 'NOT ALARM("A")'))).toThrow(
      'alarms look at each other in a circle: A -> B -> A',
    );
  });
});

function plain({ properties }: AlarmResource): Record<string, unknown> {
  return { ...Object(properties) };
}
