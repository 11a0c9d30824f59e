/** Metric lines as printed, and the statistics that CloudWatch would make of them. */
import { describe, expect, test } from '@jest/globals';
import { MetricStore } from '../../../local/alarms/metric-store.ts';
import { parseStatistic } from '../../../local/alarms/statistic.ts';
import type { Emf } from '../../../local/engine/output.ts';

const NOON = Date.parse('2025-11-20T12:00:00Z');
const MINUTE = 60_000;

function line(at: number, values: Record<string, unknown>, dimensions = [['Environment', 'Feed']]): Emf {
  const Metrics = Object.keys(values).map(Name => ({ Name, Unit: 'Count' }));
  const _aws = {
    Timestamp: at,
    CloudWatchMetrics: [{ Namespace: 'Barflow', Dimensions: dimensions, Metrics }],
  };
  return { _aws, Environment: 'dev', Feed: 'stocks', ...values };
}

const lag = { namespace: 'Barflow', name: 'Lag', dimensions: { Feed: 'stocks', Environment: 'dev' } };
const inMinutes = (count: number) => [NOON, NOON + count * MINUTE] as const;

describe('a metric line', () => {
  test('counts under every dimension set it declares, whatever the order of the dimensions', () => {
    const store = new MetricStore();
    store.addEmf(line(NOON, { Lag: 3 }, [['Environment', 'Feed'], ['Feed'], []]));
    const [from, to] = inMinutes(1);
    for (const dimensions of [{ Feed: 'stocks', Environment: 'dev' }, { Feed: 'stocks' }, {}])
      expect(store.statistic({ ...lag, dimensions }, 'Sum', from, to)).toBe(3);
    expect(store.statistic({ ...lag, dimensions: { Feed: 'crypto' } }, 'Sum', from, to)).toBeUndefined();
  });

  test('may carry several values at once', () => {
    const store = new MetricStore();
    store.addEmf(line(NOON, { Lag: [1, 5, 3] }));
    expect(store.statistic(lag, 'SampleCount', ...inMinutes(1))).toBe(3);
    expect(store.statistic(lag, 'Maximum', ...inMinutes(1))).toBe(5);
  });

  test('is refused when a metric or dimension that it declares has no usable value', () => {
    const store = new MetricStore();
    expect(() => store.addEmf(line(NOON, { Lag: 'high' }))).toThrow(
      'metric Lag is declared with the value "high": use numbers',
    );
    expect(() => store.addEmf(line(NOON, { Lag: 1 }, [['Region']]))).toThrow(
      'dimension Region is declared with the value undefined: use a text',
    );
  });
});

describe('a statistic', () => {
  const store = new MetricStore();
  for (const [minute, values] of [[4, 8], [6], [], [2, 10, 0]].entries())
    for (const value of values) store.addEmf(line(NOON + minute * MINUTE + 59_999, { Lag: value }));

  test.each([
    ['Sum', 18],
    ['Minimum', 4],
    ['Maximum', 8],
    ['SampleCount', 3],
    ['p50', 6],
    ['p99', 8],
    ['p0', 4],
  ])('%s of two minutes', (name, expected) => {
    expect(store.statistic(lag, parseStatistic(name), ...inMinutes(2))).toBe(expected);
  });

  test('does not exist where nothing came', () => {
    expect(store.statistic(lag, 'Sum', NOON + 2 * MINUTE, NOON + 3 * MINUTE)).toBeUndefined();
  });

  test('takes a value that comes late into the minute that it belongs to', () => {
    const late = new MetricStore();
    late.addEmf(line(NOON + 5 * MINUTE, { Lag: 1 }));
    late.addEmf(line(NOON, { Lag: 7 }));
    expect(late.statistic(lag, 'Sum', ...inMinutes(1))).toBe(7);
  });

  test('can be asked for one unit alone', () => {
    const mixed = new MetricStore();
    mixed.add({ ...lag, values: [1], unit: 'Seconds', at: NOON });
    mixed.add({ ...lag, values: [1000], unit: 'Milliseconds', at: NOON });
    expect(mixed.statistic(lag, 'Sum', ...inMinutes(1), 'Seconds')).toBe(1);
    expect(mixed.statistic(lag, 'Sum', ...inMinutes(1))).toBe(1001);
  });

  test.each(['Average', 'p101', 'pp9', 'tm90'])('%s is refused by its name', name => {
    expect(() => parseStatistic(name)).toThrow(
      `statistic '${name}' is not computed here: use one of Sum, Minimum, Maximum, SampleCount, or p0 to p100`,
    );
  });

  test('forgets old minutes but not that there was such a metric', () => {
    const short = new MetricStore();
    short.addEmf(line(NOON, { Lag: 1 }));
    short.forget(NOON + MINUTE);
    expect(short.statistic(lag, 'Sum', ...inMinutes(1))).toBeUndefined();
    expect(short.metrics).toEqual([lag]);
  });
});
