/** A monitor over a simulated feed, and the alarms of the synthesized template that judge what it finds. */
import { AlarmBoard } from '../../../../local/alarms/alarm-board.ts';
import { type AlarmResource, readAlarm } from '../../../../local/alarms/definition.ts';
import { MetricStore } from '../../../../local/alarms/metric-store.ts';
import { type Calendar, calendarOf } from '../../../../runtime/markets/calendar.ts';
import type { Market } from '../../../../runtime/markets/names.ts';
import { MINUTE } from '../../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../../runtime/markets/window.ts';
import { Monitor } from '../../../../runtime/monitor/monitor.ts';
import { valuesOf } from '../../../../runtime/monitor/values.ts';
import { metricNamespace, monitorMetrics } from '../../../../runtime/platform/metric-names.ts';
import type { LeaseReading } from '../../../../runtime/tables/lease/lease-table.ts';
import { least, synthesized } from '../../../lib/synthesized.ts';
import { emptyMemory, type Outage, SimulatedFeed } from './simulated-feed.ts';

/** Slots that the feed uses: two suffice to tell the first from the last. */
const SLOTS = [3, 34];

export interface WatchedOptions {
  readonly market: Market;
  /** @default the market's own */
  readonly calendar?: Calendar;
  /** How much later than real time the feed sends, in ms. @default 0 */
  readonly delay?: number;
  readonly outages?: readonly Outage[];
  /** What the lease says at an instant, epoch ms. @default always the same */
  readonly lease?: (at: number) => LeaseReading;
}

/** An alarm that told somebody, and when (epoch ms). */
export interface Told {
  readonly alarm: string;
  readonly at: number;
}

const templates = new Map<Market, readonly AlarmResource[]>();

/** A reference by its own text: names that only a deployment gives need only be told apart here. Those of alarms are known. */
function nameOf(value: unknown, alarmNames: ReadonlyMap<string, string>): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const isReference = keys.length === 1 && /^(Ref|Fn::.*)$/.test(keys[0] ?? '');
  return isReference
    ? (alarmNames.get(String(Object(value)['Fn::GetAtt']?.[0])) ?? JSON.stringify(value))
    : value;
}

/** The alarms of the template that the monitor's values can raise, and those that composites name beside them. */
function alarmsOf(market: Market): readonly AlarmResource[] {
  const known = templates.get(market);
  if (known) return known;
  const { monitoring } = synthesized({
    ...least,
    feeds: [{ market, symbols: '*', apiKeySecret: 'keys/vendor' }],
  });
  const declared = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap(type =>
    Object.entries(monitoring.findResources(type)).map(([name, { Properties }]) => ({
      type,
      name,
      Properties,
    })),
  );
  const names = new Map(declared.map(({ name, Properties }) => [name, String(Properties.AlarmName)]));
  const all = declared.map(({ type, name, Properties }) => ({
    type,
    name,
    properties: JSON.parse(JSON.stringify(Properties), (_, value) => nameOf(value, names)),
  }));
  const rules = all.map(({ properties }) => String(properties.AlarmRule ?? '')).join(' ');
  const ours = new Set<string>(Object.values(monitorMetrics));
  const resources = all.filter(
    ({ type, properties: { AlarmName, MetricName } }) =>
      type.endsWith('CompositeAlarm') || ours.has(MetricName) || rules.includes(`"${AlarmName}"`),
  );
  templates.set(market, resources);
  return resources;
}

/** Looks every minute of `[from, to)` (epoch ms). @returns what told somebody, in order */
export async function watch(
  {
    market,
    calendar = calendarOf(market),
    delay = 0,
    outages = [],
    lease = () => ({ epoch: 1, counter: 1 }),
  }: WatchedOptions,
  from: number,
  to: number,
): Promise<Told[]> {
  const windows = new Windows(calendar, 'clock');
  const feed = new SimulatedFeed(windows.calendar, delay, outages);
  let now = from;
  const monitor = new Monitor({
    windows,
    slots: SLOTS,
    delay,
    readSlot: async (slot, at) => feed.slotAt(slot, at),
    readLease: async () => lease(now),
    readHalts: async () => [],
    memory: emptyMemory(),
  });
  const store = new MetricStore();
  const board = new AlarmBoard(alarmsOf(market).map(readAlarm), store);
  const dimensions = { Environment: 'test', Feed: market };
  const told: Told[] = [];
  /** Raised, and nobody told yet. */
  const silent = new Set<string>();
  for (let at = from; at < to; at += MINUTE) {
    now = at;
    for (const [name, value] of Object.entries(valuesOf(await monitor.look(at))))
      if (value !== undefined)
        store.add({ namespace: metricNamespace, name, dimensions, values: [value], at: at - 1 });
    for (const { alarm, to: state } of board.evaluate(at)) if (state === 'ALARM') silent.add(alarm.name);
    for (const name of silent) {
      if (board.stateOf(name) !== 'ALARM') silent.delete(name);
      else if (board.acts(name)) {
        silent.delete(name);
        if (at > from + 5 * MINUTE) told.push({ alarm: name.split('-').at(-1) ?? '', at });
      }
    }
    if (at % 3_600_000 === 0) store.forget(at - 2 * 3_600_000);
  }
  return told;
}
