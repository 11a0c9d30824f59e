/** The bar store Lambda: finished bars in, of each the highest version kept in the bars table. */
import {
  type Bar,
  handleBars,
  type KinesisEvent,
  type LambdaContext,
  type Refused,
} from '../../kit/index.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { barStoreMetrics } from '../platform/metric-names.ts';
import { addCounts, metricsFor, publish } from '../platform/metrics.ts';
import { BarTable } from '../tables/bars/bar-table.ts';
import { SymbolRegistry } from '../tables/bars/symbol-registry.ts';
import { expectOwn, ownerOf } from '../tables/belonging.ts';
import { Quarantine } from '../tables/quarantine/quarantine.ts';
import { BarStore } from './bar-store.ts';
import { barStoreConfigIn } from './config.ts';
import { pieceOf, toldOf } from './refusals.ts';

const config = readEnvironment(process.env, barStoreConfigIn);
const dynamoDb = dynamoDbClient();
const logger = loggerFor('bar-store');
const owner = ownerOf(config);
const metrics = metricsFor(config);
const quarantine = new Quarantine(dynamoDb, config.quarantineTable, 'bar-store', owner);
const store = new BarStore({
  table: new BarTable(dynamoDb, config.barsTable, owner),
  registry: new SymbolRegistry(dynamoDb, config.barsTable, owner),
  days: config.days,
  wallClock: Date.now,
});
let hasOwnTables = false;

const consume = handleBars({
  filter: { final: true },
  async onBars(bars: readonly Bar[], signal: AbortSignal) {
    await expectOwnTables(signal);
    const { stored, superseded, throttled } = await store.write(bars, signal);
    addCounts(metrics, {
      [barStoreMetrics.stored]: stored,
      [barStoreMetrics.superseded]: superseded,
      [barStoreMetrics.throttled]: throttled,
    });
  },
  onSkipped: ({ kpl, unknownType }) => addCounts(metrics, { [barStoreMetrics.skipped]: kpl + unknownType }),
  onFailed: error => logger.error('bars not stored: they will be delivered again', { error }),
  async onRefused(refused: Refused) {
    const setAside = await quarantine.put([pieceOf(refused)]);
    for (const each of setAside) logger.error(...toldOf(each));
    addCounts(metrics, {
      [barStoreMetrics.quarantined]: 1,
      [barStoreMetrics.dropped]: setAside.length,
    });
  },
});

export async function handler(event: KinesisEvent, context: LambdaContext) {
  try {
    return await consume(event, context);
  } catch (error) {
    logger.error('batch not finished: it will be delivered again', { records: event.Records.length, error });
    throw error;
  } finally {
    publish(metrics);
  }
}

async function expectOwnTables(signal: AbortSignal): Promise<void> {
  if (hasOwnTables) return;
  for (const table of [config.barsTable, config.quarantineTable])
    await expectOwn(dynamoDb, table, owner, signal);
  hasOwnTables = true;
}
