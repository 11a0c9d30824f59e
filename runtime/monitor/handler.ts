/** The monitor Lambda: every minute a look at the feed, written as metrics. */
import { calendarOf, confirmDays } from '../markets/calendar.ts';
import { Windows } from '../markets/window.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { ecsClient } from '../platform/ecs.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { ingesterGauges } from '../platform/metric-names.ts';
import { addCounts, addSeconds, metricsFor, publish } from '../platform/metrics.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { ownerOf } from '../tables/belonging.ts';
import { SlotReader } from '../tables/chunks/slot-reader.ts';
import { HaltTable } from '../tables/lease/halt-table.ts';
import { LeaseItems } from '../tables/lease/lease-items.ts';
import { LeaseTable } from '../tables/lease/lease-table.ts';
import { TableMemory } from '../tables/monitor-memory.ts';
import { monitorConfigIn } from './config.ts';
import { Monitor } from './monitor.ts';
import { ServiceKeeper } from './service-keeper.ts';
import { valuesOf } from './values.ts';

const config = readEnvironment(process.env, monitorConfigIn);
confirmDays(config.market, config.confirmedDays);
const dynamoDb = dynamoDbClient();
const owner = ownerOf(config);
const slots = new SlotReader(dynamoDb, config.stateTable, owner);
const items = new LeaseItems(dynamoDb, config.leaseTable, config.feed, owner);
const [lease, halts] = [new LeaseTable(items), new HaltTable(items)];
const metrics = metricsFor(config);
const windows = new Windows(calendarOf(config.market), config.alignment);
const { kept, delay } = config;
const memory = new TableMemory(dynamoDb, config.memoryTable, owner);
const keeper =
  kept &&
  new ServiceKeeper({ ...kept, windows, delay, memory, client: ecsClient(), logger: loggerFor('monitor') });
const monitor = new Monitor({
  ...config,
  windows,
  readSlot: (slot, at, dayStart) => slots.read(slot, at, dayStart),
  readLease: () => lease.watch(),
  readHalts: minute => halts.at(minute, windows.calendar),
  memory,
});

export async function handler(event: unknown): Promise<void> {
  const at = scheduledInstant(event);
  // First, for the feed must wake up also where nothing can be measured.
  const isAwake = (await keeper?.keep(at)) ?? true;
  const values = Object.entries(valuesOf(await monitor.look(at)));
  addSeconds(metrics, Object.fromEntries(values.filter(([name]) => name.endsWith('Seconds'))));
  addCounts(metrics, Object.fromEntries(values.filter(([name]) => !name.endsWith('Seconds'))));
  // In the place of an ingester that is not meant to run: nobody is connected, and nobody is missing.
  if (!isAwake) addCounts(metrics, { [ingesterGauges.connected]: 0 });
  // What is true at the end of a minute is a value of that minute: an alarm may judge it as soon as the minute is over.
  publish(metrics, at - 1);
}
