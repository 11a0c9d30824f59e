/** The ingester's metrics: a line at every full minute of event time, told apart by environment and feed only. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { type Measured, Meter } from '../../../../runtime/ingester/status/meter.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { ingesterCounts, ingesterGauges } from '../../../../runtime/platform/metric-names.ts';
import { metricsFor } from '../../../../runtime/platform/metrics.ts';

const START = Date.parse('2025-11-20T14:30:20Z');

afterEach(() => {
  jest.restoreAllMocks();
});

function measured(total: number, gauge: number): Measured {
  return {
    totals: {
      Quarantined: total,
      Dropped: 0,
    },
    gauges: {
      Connected: 1,
      Disconnected: 0,
      BufferedRecords: gauge,
      BufferSeconds: 0,
      GapMinutesOpen: 0,
      ClockOffSeconds: 0,
    },
  };
}

function linesOf() {
  const lines: Record<string, unknown>[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
  return lines;
}

test('every line has what was counted since the one before, what is held now, whether it is ready and every number there is', async () => {
  const lines = linesOf();
  const clock = new EventClock({ now: START, speed: 0 });
  let now = measured(10, 3);
  const meter = new Meter({
    metrics: metricsFor({ environment: 'dev', feed: 'stocks' }),
    clock,
    measure: () => now,
    told: () => ({ ready: { status: 'ready' }, stats: { repeated: 7 } }),
  });
  clock.set({ now: START + 40_000 });
  await new Promise(resolve => setImmediate(resolve));
  now = measured(25, 0);
  clock.set({ now: START + 100_000 });
  await new Promise(resolve => setImmediate(resolve));
  meter[Symbol.dispose]();
  const [first, ...later] = lines;
  expect(first).toMatchObject({ Environment: 'dev', Feed: 'stocks', Quarantined: 10, BufferedRecords: 3 });
  expect(first).toMatchObject({ ready: { status: 'ready' }, stats: { repeated: 7 } });
  expect(later.reduce((sum, line) => sum + Number(line['Quarantined']), 0)).toBe(15);
  expect(later.at(-1)).toMatchObject({ BufferedRecords: 0 });
});

test('a line declares every metric that the ingester has, under two dimensions', () => {
  const lines = linesOf();
  const clock = new EventClock({ now: START, speed: 0 });
  new Meter({
    metrics: metricsFor({ environment: 'dev', feed: 'stocks' }),
    clock,
    measure: () => measured(0, 0),
    told: () => ({ ready: {}, stats: {} }),
  })[Symbol.dispose]();
  expect(lines).toHaveLength(1);
  const names = [...Object.values(ingesterCounts), ...Object.values(ingesterGauges)].sort();
  expect(lines[0]?.['_aws']).toMatchObject({
    Timestamp: START,
    CloudWatchMetrics: [{ Namespace: 'Barflow', Dimensions: [['Environment', 'Feed']] }],
  });
  expect(
    Object.keys(lines[0] ?? {})
      .filter(name => names.some(known => known === name))
      .sort(),
  ).toEqual(names);
});
