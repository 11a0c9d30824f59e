/** The roll-up Lambda: minute bars in, finished 5m to 4h bars out. */
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { calendarOf, confirmDays } from '../markets/calendar.ts';
import { Windows } from '../markets/window.ts';
import { dynamoDbClient, kinesisClient } from '../platform/aws.ts';
import { readEnvironment } from '../platform/env.ts';
import { invocationTime, type TimedContext } from '../platform/invocation-time.ts';
import { loggerFor } from '../platform/logger.ts';
import { rollupMetrics } from '../platform/metric-names.ts';
import { addCounts, addSpans, metricsFor, publish, type ValuesOf } from '../platform/metrics.ts';
import { printable } from '../records/show.ts';
import { expectOwn, ownerOf } from '../tables/belonging.ts';
import { ChunkLog } from '../tables/chunks/chunk-log.ts';
import { Quarantine } from '../tables/quarantine/quarantine.ts';
import { BlockCache, CACHE_BYTES } from './block-cache.ts';
import { rollupConfigIn } from './config.ts';
import { Rollup } from './rollup.ts';

/** Left for the answer when the work is broken off. */
const LAST_MOMENTS = 2_000;
/** As much of a record as a line of the log holds, in characters: ten times a whole one. */
const LOGGED = 4_000;

const config = readEnvironment(process.env, rollupConfigIn);
confirmDays(config.market, config.confirmedDays);
const dynamoDb = dynamoDbClient();
const logger = loggerFor('rollup');
const owner = ownerOf(config);
const metrics = metricsFor(config);
const rollup = new Rollup({
  ...config,
  windows: new Windows(calendarOf(config.market), config.alignment),
  log: new ChunkLog(dynamoDb, config.stateTable, owner),
  cache: new BlockCache(CACHE_BYTES),
  wallClock: Date.now,
  kinesis: kinesisClient(),
  quarantine: new Quarantine(dynamoDb, config.quarantineTable, 'rollup', owner),
});
let hasOwnTables = false;

export async function handler(
  event: KinesisStreamEvent,
  context: Context & TimedContext,
): Promise<KinesisStreamBatchResponse> {
  let appendConflicts = 0;
  try {
    const deadline = AbortSignal.timeout(context.getRemainingTimeInMillis() - LAST_MOMENTS);
    if (!hasOwnTables)
      for (const table of [config.stateTable, config.quarantineTable])
        await expectOwn(dynamoDb, table, owner, deadline);
    hasOwnTables = true;
    const counts = await rollup.process(event, deadline, invocationTime(context));
    for (const { refused, cause } of counts.setAside)
      logger.error('a refused record finds no place in the quarantine', {
        cause,
        where: refused.where,
        reason: printable(refused.reason, 300),
        raw: printable(Buffer.from(refused.raw).toString(), LOGGED),
      });
    appendConflicts = counts.conflicts;
    addCounts(metrics, {
      [rollupMetrics.bars]: counts.bars,
      [rollupMetrics.revisedBars]: counts.revised,
      [rollupMetrics.quarantined]: counts.quarantined,
      [rollupMetrics.dropped]: counts.setAside.length,
    } satisfies ValuesOf<typeof rollupMetrics>);
    addSpans(metrics, counts.latencies);
    return { batchItemFailures: [] };
  } catch (error) {
    logger.error('batch not finished: it will be delivered again', { records: event.Records.length, error });
    throw error;
  } finally {
    publish(metrics, Date.now(), { appendConflicts });
  }
}
