/** The monitor Lambda: every minute a look at the feed, written as metrics. */
import { calendarOf } from '../bars/calendar.ts';
import { Windows } from '../bars/window.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { monitorMetrics } from '../platform/metric-names.ts';
import { addCounts, addSeconds, metricsFor, publish } from '../platform/metrics.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { monitorConfig } from './config.ts';
import { LeaseReader } from './lease-reader.ts';
import { TableMemory } from './memory.ts';
import { Monitor } from './monitor.ts';
import { SlotReader } from './slot-reader.ts';

const config = monitorConfig(process.env);
const dynamoDb = dynamoDbClient();
const slots = new SlotReader(dynamoDb, config.stateTable);
const lease = new LeaseReader(dynamoDb, config.leaseTable, config.market);
const metrics = metricsFor({ environment: config.environment, feed: config.market });
const monitor = new Monitor({
  ...config,
  windows: new Windows(calendarOf(config.market), config.alignment),
  readSlot: (slot, at, dayStart) => slots.read(slot, at, dayStart),
  readLease: () => lease.read(),
  memory: new TableMemory(dynamoDb, config.memoryTable),
});

export async function handler(event: unknown): Promise<void> {
  const at = scheduledInstant(event);
  const look = await monitor.look(at);
  addCounts(metrics, {
    [monitorMetrics.marketOpen]: look.isOpen ? 1 : 0,
    [monitorMetrics.uncoveredMinutes]: look.uncoveredMinutes,
    [monitorMetrics.symbols]: look.symbols,
    [monitorMetrics.calendarDaysLeft]: look.calendarDaysLeft,
    ...(look.symbolsRatio === undefined ? {} : { [monitorMetrics.symbolsRatio]: look.symbolsRatio }),
    ...(look.lease && { [monitorMetrics.leaseEpochChanges]: look.lease.epochChanges }),
  });
  addSeconds(metrics, {
    [monitorMetrics.freshestLag]: look.freshestLag,
    [monitorMetrics.watermarkLag]: look.watermarkLag,
    [monitorMetrics.finalLag]: look.finalLag,
    ...(look.lease && { [monitorMetrics.leaseAge]: look.lease.age }),
  });
  publish(metrics, at);
}
