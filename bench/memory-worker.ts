/** Child process of the memory benchmark: one roll-up worker through a week of minutes, which tells its size after every block. */

import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { Windows } from '../runtime/markets/window.ts';
import { BlockCache, CACHE_BYTES } from '../runtime/rollup/block-cache.ts';
import { Rollup } from '../runtime/rollup/rollup.ts';
import { ChunkLog } from '../runtime/tables/chunks/chunk-log.ts';
import { Quarantine } from '../runtime/tables/quarantine/quarantine.ts';
import { minuteEvent, shardSymbols } from './events.ts';
import { obligingDynamoDb, obligingKinesis } from './obliging-aws.ts';

/** A Monday's first minute of pre-market trading and the Friday's last of post-market trading. */
const [FROM, TO] = [Date.parse('2025-11-17T09:00Z'), Date.parse('2025-11-22T01:00Z')];
/** Every so many minutes; a block takes its full size with its first minute. */
const STEP = 5 * MINUTE;

const calendar = calendarOf('stocks');
const windows = new Windows(calendar, 'clock');
const dynamoDb = obligingDynamoDb();
const rollup = new Rollup({
  market: 'stocks',
  windows,
  provisional: false,
  log: new ChunkLog(dynamoDb, 'state'),
  cache: new BlockCache(CACHE_BYTES),
  wallClock: Date.now,
  kinesis: obligingKinesis(),
  barsStream: 'bars',
  quarantine: new Quarantine(dynamoDb, 'quarantine', 'rollup'),
});

const symbols = shardSymbols();
for (let at = FROM; at < TO; at += STEP) {
  if (!calendar.isOpen(at)) continue;
  await rollup.process(minuteEvent(symbols, at), AbortSignal.timeout(600_000));
  const block = windows.blockOf(at);
  if (block.end - at <= STEP) process.send?.({ block: block.start, rss: process.memoryUsage.rss() });
}
