/** A first deployment at every hour of a week with a holiday, a half day and a weekend, judged as CloudWatch would. */
import { describe, expect, test } from '@jest/globals';
import { AlarmBoard } from '../../../local/alarms/alarm-board.ts';
import { readAlarm } from '../../../local/alarms/definition.ts';
import { MetricStore } from '../../../local/alarms/metric-store.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { Monitor } from '../../../runtime/monitor/monitor.ts';
import { valuesOf } from '../../../runtime/monitor/values.ts';
import { ingesterGauges, metricNamespace } from '../../../runtime/platform/metric-names.ts';
import { emptyMemory, SimulatedFeed } from '../../runtime/monitor/support/simulated-feed.ts';
import { least, synthesized } from '../synthesized.ts';

/** Monday of the week of Thanksgiving, midnight in New York. */
const MONDAY = Date.parse('2025-11-24T05:00:00Z');
const HOURS = Array.from({ length: 7 * 24 }, (_, hour) => MONDAY + hour * 60 * MINUTE);
/** A first run that is late into its job: minutes after the first stack was there. */
const [ALARMS_FROM, LOOKS_FROM, END] = [3, 7, 20];
const NOON = Date.parse('2025-11-24T17:00:00Z');

const windows = new Windows(calendarOf('stocks'), 'clock');
const declared = declaredAlarms();

/** What the templates declare, every reference in them by the name of what it refers to. */
function declaredAlarms() {
  const { pipeline, serving, monitoring } = synthesized(least);
  const found = [pipeline, serving, monitoring].flatMap(stack =>
    ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap(type =>
      Object.entries(stack.findResources(type)).map(([id, { Properties }]) => ({ id, type, Properties })),
    ),
  );
  const names = new Map(found.map(({ id, Properties }) => [id, `:alarm:${Properties.AlarmName}`]));
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    const [[key = '', inner] = [], ...more] = Object.entries(value);
    if (more.length === 0 && (key === 'Ref' || key.startsWith('Fn::')))
      return names.get([inner].flat()[0]) ?? JSON.stringify(inner);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each)]));
  };
  return found.map(({ id, type, Properties }) =>
    readAlarm({ type, name: id, properties: resolved(Properties) }),
  );
}

interface Course {
  /** How much later than real time the feed sends, ms. */
  readonly delay?: number;
  /** Whether the vendor lets the ingester in. @default true */
  readonly isKeyRight?: boolean;
}

/** Lets the first minutes of a deployment pass. @returns ids of the alarms that woke somebody, and when any was first raised, in minutes */
async function firstMinutes(start: number, { delay = 0, isKeyRight = true }: Course = {}) {
  const store = new MetricStore();
  const board = new AlarmBoard(declared, store);
  const feed = new SimulatedFeed(windows.calendar, delay);
  const nothing = { through: 0, emitted: 0, symbols: 0, uncovered: new Map<number, number>() };
  const monitor = new Monitor({
    ...{ windows, delay, slots: [0, 1], memory: emptyMemory() },
    readSlot: async (slot, at) => (isKeyRight ? feed.slotAt(slot, at) : nothing),
    readLease: async () => undefined,
    readHalts: async () => [],
  });
  const add = (name: string, value: number, at: number) =>
    store.add({
      ...{ namespace: metricNamespace, name, values: [value], at },
      dimensions: { Environment: 'test', Feed: 'stocks' },
    });
  const paged = new Set<string>();
  const raised = new Map<string, number>();
  for (let minute = 1; minute <= END; minute++) {
    const at = start + minute * MINUTE;
    const isOpen = windows.calendar.isOpen(at - delay);
    add(ingesterGauges.connected, Number(isKeyRight), at - 1);
    add(ingesterGauges.disconnected, Number(isOpen && !isKeyRight), at - 1);
    if (minute >= LOOKS_FROM)
      for (const [name, value] of Object.entries(valuesOf(await monitor.look(at))))
        if (value !== undefined) add(name, value, at - 1);
    if (minute < ALARMS_FROM) continue;
    board.evaluate(at);
    for (const { name, actions } of board.alarms) {
      const id = name.replace('barflow-test-Stocks-', '');
      if (board.stateOf(name) === 'ALARM' && !raised.has(id)) raised.set(id, minute);
      if (board.acts(name) && actions.some(action => /page/i.test(action))) paged.add(id);
    }
  }
  return { paged: [...paged], raised };
}

describe('a first deployment', () => {
  test.each([0, 15])('of a feed that is %i minutes late wakes nobody, whatever the hour', async minutes => {
    for (const start of HOURS) {
      const { paged } = await firstMinutes(start, { delay: minutes * MINUTE });
      expect({ start: new Date(start).toISOString(), paged }).toEqual({
        start: new Date(start).toISOString(),
        paged: [],
      });
    }
  });

  test('whose ingester never gets in wakes somebody in market hours, and nobody while the market is closed', async () => {
    expect((await firstMinutes(NOON, { isKeyRight: false })).paged).toEqual(['FeedDown']);
    expect((await firstMinutes(MONDAY, { isKeyRight: false })).paged).toEqual([]);
  });

  test('is not rolled back by its guard, which sleeps until the monitor has looked, and while the market is closed', async () => {
    for (const start of HOURS) {
      const { raised } = await firstMinutes(start, { isKeyRight: false });
      for (const id of ['DeploymentSilent', 'DeploymentUnconnected'])
        expect(raised.get(id) ?? END).toBeGreaterThan(LOOKS_FROM);
    }
    const { raised } = await firstMinutes(MONDAY, { isKeyRight: false });
    expect([...raised.keys()].filter(id => id.startsWith('Deployment'))).toEqual([]);
    const open = await firstMinutes(NOON, { isKeyRight: false });
    expect([...open.raised.keys()]).toEqual(
      expect.arrayContaining(['DeploymentSilent', 'DeploymentUnconnected']),
    );
  });
});
