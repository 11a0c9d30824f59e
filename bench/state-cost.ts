/** What the roll-up's state costs: bytes and write units a minute, from items as they are written, when every symbol trades every minute. */
import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { Windows } from '../runtime/markets/window.ts';
import { BlockCache, CACHE_BYTES } from '../runtime/rollup/block-cache.ts';
import { Rollup } from '../runtime/rollup/rollup.ts';
import { ChunkLog } from '../runtime/tables/chunks/chunk-log.ts';
import { Quarantine } from '../runtime/tables/quarantine/quarantine.ts';
import { minuteEvent } from './events.ts';
import { type Benchmark, figures, type Row } from './harness.ts';
import { type Item, obligingDynamoDb, obligingKinesis } from './obliging-aws.ts';
import { DAYS_A_MONTH, MINUTES_A_DAY, WRITE_UNIT, WRITE_UNIT_BYTES } from './prices.ts';
import { BLOCK_START, sampleSymbols } from './sample.ts';

const MARKETS = [500, 2_000, 11_000];
const MINUTES = 10;
/** A minute's bars drain over a second or more, so that a slot gets them and its watermark in up to so many batches. */
const BATCHES = [1, 3];

export const stateCostBenchmark: Benchmark = {
  name: 'state-cost',
  async run(say) {
    const rows: Row[] = [];
    for (const symbols of MARKETS)
      for (const batches of BATCHES) {
        say(`${symbols} symbols, ${batches} batch(es) a minute`);
        rows.push(...rowsOf(symbols, batches, await writesAMinute(sampleSymbols(symbols), batches)));
      }
    return rows;
  },
};

interface Writes {
  readonly bytes: number[];
  readonly units: number[];
}

function rowsOf(symbols: number, batches: number, { bytes, units }: Writes): Row[] {
  const what = `state of ${symbols} symbols, ${batches === 1 ? 'one batch' : `${batches} batches`} a minute`;
  const { median } = figures(units);
  const dollars = Object.entries(MINUTES_A_DAY).map(([hours, minutes]) => {
    const month = median * minutes * DAYS_A_MONTH * WRITE_UNIT;
    return {
      what: `${what}, ${hours} hours`,
      unit: '$ a month',
      median: month,
      range: [month, month],
    } as const;
  });
  return [
    { what, unit: 'bytes a minute', ...figures(bytes) },
    { what, unit: 'write units a minute', ...figures(units) },
    ...dollars,
  ];
}

/** Runs the roll-up over some minutes and counts what it asks DynamoDB to write in each. */
async function writesAMinute(symbols: readonly string[], batches: number): Promise<Writes> {
  const writes: Writes = { bytes: [], units: [] };
  const sizes: number[] = [];
  const dynamoDb = obligingDynamoDb(item => sizes.push(itemBytes(item)));
  const rollup = new Rollup({
    market: 'stocks',
    windows: new Windows(calendarOf('stocks'), 'clock'),
    provisional: false,
    log: new ChunkLog(dynamoDb, 'state'),
    cache: new BlockCache(CACHE_BYTES),
    wallClock: Date.now,
    kinesis: obligingKinesis(),
    barsStream: 'bars',
    quarantine: new Quarantine(dynamoDb, 'quarantine', 'rollup'),
  });
  for (let minute = 0; minute < MINUTES; minute++) {
    sizes.length = 0;
    const { Records } = minuteEvent(symbols, BLOCK_START + minute * MINUTE);
    const size = Math.ceil(Records.length / batches);
    for (let from = 0; from < Records.length; from += size)
      await rollup.process({ Records: Records.slice(from, from + size) }, AbortSignal.timeout(60_000));
    if (sizes.length === 0) throw new Error('nothing was written');
    writes.bytes.push(sizes.reduce((sum, bytes) => sum + bytes, 0));
    writes.units.push(sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / WRITE_UNIT_BYTES), 0));
  }
  return writes;
}

/** Size of an item as DynamoDB reckons it: names and values; a number takes a byte for two digits and one more. */
function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    bytes += Buffer.byteLength(name);
    if (value.S !== undefined) bytes += Buffer.byteLength(value.S);
    if (value.N !== undefined) bytes += Math.ceil(value.N.length / 2) + 1;
    if (value.B !== undefined) bytes += value.B.byteLength;
  }
  return bytes;
}
