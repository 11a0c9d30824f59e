/** A roll-up whose table and streams are in memory: give it records, look at its bars, its log and its quarantine. */
import type { KinesisStreamRecord } from 'aws-lambda';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import { type Alignment, Windows } from '../../runtime/markets/window.ts';
import type { Coverage, MinuteBar, RolledBar } from '../../runtime/records/bar.ts';
import { LATEST_MINUTE } from '../../runtime/records/check.ts';
import { decodeRolledBar } from '../../runtime/records/decode.ts';
import { encodeCoverage, encodeMinuteBar, encodeWatermark } from '../../runtime/records/encode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { BlockCache } from '../../runtime/rollup/block-cache.ts';
import type { Punctuality } from '../../runtime/rollup/closing.ts';
import { Rollup, type RollupCounts } from '../../runtime/rollup/rollup.ts';
import { ChunkLog } from '../../runtime/tables/chunks/chunk-log.ts';
import { Quarantine } from '../../runtime/tables/quarantine/quarantine.ts';
import { type Gate, openGate } from './gate.ts';
import { type Item, TwinDynamoDb } from './twin-dynamodb.ts';
import { TwinKinesis } from './twin-kinesis.ts';

const MINUTE = 60_000;
const MEGABYTE = 1024 * 1024;

/** A minute bar of AAPL with a plain price, changed as a test needs it. */
export function minuteBar(start: string | number, changes: Partial<MinuteBar> = {}): MinuteBar {
  const at = typeof start === 'number' ? start : Date.parse(start);
  const prices = { open: 10, high: 12, low: 9, close: 11, volume: '100', vwap: 10.5 };
  return {
    type: 'bar',
    symbol: 'AAPL',
    start: at,
    ...prices,
    session: 'regular',
    version: at + MINUTE,
    source: 'live',
    ...changes,
  };
}

export class RollupOnTwins {
  readonly dynamoDb = new TwinDynamoDb();
  /** The wall clock, epoch ms. */
  now = Date.parse('2025-11-20T15:00:00Z');
  /** When records arrive on the stream, epoch ms. */
  arrival = LATEST_MINUTE;
  /** What the worker remembers. */
  cache: BlockCache;
  readonly #kinesis = new TwinKinesis();
  readonly #market: Market;
  readonly #alignment: Alignment;
  readonly #cacheBytes: number;
  readonly #gate: Gate;
  readonly #punctuality: Punctuality;
  #rollup: Rollup;
  #sequence = 0n;

  /** @param options.gate what requests to the table pass */
  constructor(
    market: Market = 'stocks',
    {
      cacheBytes = 64 * MEGABYTE,
      gate = openGate,
      delay = 0,
      grace = 0,
      alignment = 'clock',
    }: Partial<Punctuality> & {
      readonly cacheBytes?: number;
      readonly gate?: Gate;
      readonly alignment?: Alignment;
    } = {},
  ) {
    this.#market = market;
    this.#alignment = alignment;
    this.#cacheBytes = cacheBytes;
    this.#gate = gate;
    this.#punctuality = { delay, grace };
    this.cache = new BlockCache(cacheBytes);
    this.#rollup = this.#newWorker();
  }

  /** Delivers one batch: bars, marks, `through` of watermarks for AAPL's slot as ISO time, or raw data. */
  async deliver(...records: (MinuteBar | Coverage | string | Uint8Array)[]): Promise<RollupCounts> {
    const Records = records.map(record => this.#streamRecord(dataOf(record)));
    return this.redeliver(...Records);
  }

  /** Delivers records as they were delivered before. */
  redeliver(...Records: KinesisStreamRecord[]): Promise<RollupCounts> {
    return this.#rollup.process({ Records }, new AbortController().signal);
  }

  /** Forgets what the worker remembers. */
  startCold(): void {
    this.cache = new BlockCache(this.#cacheBytes);
    this.#rollup = this.#newWorker();
  }

  /** Every bar in the order of its put. */
  bars(timeframe?: string): RolledBar[] {
    return this.#kinesis.taken
      .map(({ data }) => {
        const bar = decodeRolledBar(data);
        if ('type' in bar) throw new Error(bar.reason);
        return bar;
      })
      .filter(bar => timeframe === undefined || bar.timeframe === timeframe);
  }

  /** The same as they were put. */
  texts(): string[] {
    return this.#kinesis.taken.map(({ data }) => data);
  }

  log(): Item[] {
    return this.dynamoDb.items('state');
  }

  /** Raw data and reason of each record in quarantine. */
  quarantined(): { readonly raw: string; readonly reason: string }[] {
    return this.dynamoDb.items('quarantine').map(item => ({
      raw: Buffer.from(item['raw']?.B ?? []).toString('utf8'),
      reason: item['reason']?.S ?? '',
    }));
  }

  #newWorker(): Rollup {
    const dynamoDb = this.dynamoDb.client(this.#gate);
    return new Rollup({
      market: this.#market,
      windows: new Windows(calendarOf(this.#market), this.#alignment),
      log: new ChunkLog(dynamoDb, 'state'),
      cache: this.cache,
      quarantine: new Quarantine(dynamoDb, 'quarantine', 'rollup'),
      kinesis: this.#kinesis.client(),
      barsStream: 'bars',
      wallClock: () => this.now,
      provisional: false,
      ...this.#punctuality,
    });
  }

  #streamRecord(data: Uint8Array): KinesisStreamRecord {
    this.#sequence += 1n;
    return streamRecord(data, this.#sequence, this.arrival);
  }
}

/**
 * A record as the event source mapping hands it over.
 * @param arrival epoch ms. @default later than anything that a record may be of
 */
export function streamRecord(
  data: Uint8Array,
  sequence: bigint,
  arrival = LATEST_MINUTE,
): KinesisStreamRecord {
  return {
    awsRegion: 'us-east-1',
    eventID: `shardId-000000000000:${sequence}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:111122223333:stream/minutes',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/rollup',
    kinesis: {
      approximateArrivalTimestamp: arrival / 1_000,
      data: Buffer.from(data).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: 'any',
      sequenceNumber: String(sequence),
    },
  };
}

function dataOf(record: MinuteBar | Coverage | string | Uint8Array): Uint8Array {
  if (record instanceof Uint8Array) return record;
  if (typeof record === 'string') {
    const watermark = {
      type: 'watermark',
      slot: slotOf('AAPL'),
      through: Date.parse(record),
      epoch: 1,
    } as const;
    return Buffer.from(encodeWatermark(watermark));
  }
  return Buffer.from(record.type === 'bar' ? encodeMinuteBar(record) : encodeCoverage(record));
}
