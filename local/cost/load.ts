/** How much a month brings, at the most: every symbol trades in every minute of every session. */
import { minutesIn, rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import { defaultStoreDays } from '../../runtime/platform/store-days.ts';

export const HOURS = 730;
const TRADING_DAYS = 21;
/** Pre-market, regular and post-market of US stocks. */
const OPEN_MINUTES = 960;
/** Of all days, the share on which the market trades. */
const DAYS_OPEN = TRADING_DAYS / (HOURS / 24);
const ALL_MINUTES = HOURS * 60;
const SLOTS = 64;
/** A burst takes up to three seconds, and every second the roll-up gets what came of it; then come the watermarks. */
const BATCHES_A_MINUTE = 4;
/** Compressed, in a chunk. */
const BAR_BYTES = 26;
/** Keys and numbers of a chunk, without bars. */
const CHUNK_BYTES = 250;
/** A bar in the bars table: its record and attributes, and what DynamoDB adds to an item. */
const STORED_BYTES = 460;
/** Bars of one batch of the bar store, and how long it takes for them (s): 32 requests at a time. */
const STORE_BATCH = 1_000;
const STORE_SECONDS = 1;
/** Parts that the records of a shard come in at once. */
const STORE_PARALLEL = 10;
/** What one live page asks in a minute: how things stand, the newest bars and prices every 5 s; the whole view and the lines of the day once. */
const ASKED = { status: 12, latest: 12, bars: 13, lines: 1 };
/** Symbols in sight, and points of each one's line of the day. */
const [SHOWN, LINE] = [16, 64];
/** A question takes about this long, s: few are of a log that is not in memory. */
const ANSWER_SECONDS = 0.05;
/** Chunks that are looked at for how far a slot is. */
const HEADS = 8;
/** A batch of a whole market takes about this long per 1,000 bars, s; an empty one 0.1 s. */
const SECONDS_A_THOUSAND = 0.15;

export interface Load {
  readonly minutePuts: number;
  readonly barPuts: number;
  readonly stateWrites: number;
  readonly monitorReads: number;
  readonly monitorWrites: number;
  /** A bar each, and the registry's symbols: an extended day is two of UTC's. */
  readonly storeWrites: number;
  readonly storeReads: number;
  /** Kept at a time. */
  readonly storedGigabytes: number;
  readonly storeInvocations: number;
  readonly storeSeconds: number;
  /** To the query API: one live page, open while the market is. */
  readonly questions: number;
  readonly questionSeconds: number;
  /** Metrics that CloudWatch is asked for to answer them. */
  readonly metricsAsked: number;
  /** Units of reading. */
  readonly questionReads: number;
  readonly rollupInvocations: number;
  readonly rollupSeconds: number;
}

/** @param shards of each stream */
export function loadOf(symbols: number, shards: number): Load {
  const openMinutes = TRADING_DAYS * OPEN_MINUTES;
  const bars = symbols * openMinutes;
  const barsPerMinute = rolledTimeframes.reduce((sum, timeframe) => sum + 1 / minutesIn[timeframe], 0);
  const barPuts = bars * barsPerMinute;
  const registered = symbols * TRADING_DAYS * 2;
  const storeBatches = barPuts / STORE_BATCH;
  const kept = rolledTimeframes.reduce(
    (sum, timeframe) => sum + (defaultStoreDays[timeframe] * DAYS_OPEN * OPEN_MINUTES) / minutesIn[timeframe],
    0,
  );
  const slots = Math.min(SLOTS, symbols);
  const chunk = CHUNK_BYTES + ((symbols / slots) * BAR_BYTES) / (BATCHES_A_MINUTE - 1);
  const asked = Object.values(ASKED).reduce((sum, count) => sum + count, 0);
  const heads = readUnits(HEADS * chunk);
  const lastBars = rolledTimeframes.length * readUnits(STORED_BYTES);
  const reads =
    ASKED.status * slots * heads +
    ASKED.latest * SHOWN * (heads + lastBars + readUnits(BATCHES_A_MINUTE * chunk)) +
    ASKED.bars * (heads + readUnits(20 * STORED_BYTES)) +
    ASKED.lines * SHOWN * (heads + readUnits(LINE * STORED_BYTES));
  const invocations = shards * (openMinutes * BATCHES_A_MINUTE + (ALL_MINUTES - openMinutes));
  return {
    minutePuts: bars + ALL_MINUTES * slots,
    barPuts,
    storeWrites: barPuts + registered,
    // Every worker looks once at what another wrote.
    storeReads: registered * shards * STORE_PARALLEL * 0.5,
    storedGigabytes: (symbols * kept * STORED_BYTES) / 1e9,
    storeInvocations: storeBatches + (openMinutes / minutesIn['5m']) * shards * STORE_PARALLEL,
    storeSeconds:
      storeBatches * STORE_SECONDS + (openMinutes / minutesIn['5m']) * shards * STORE_PARALLEL * 0.05,
    stateWrites:
      slots * (openMinutes * BATCHES_A_MINUTE * Math.ceil(chunk / 1024) + (ALL_MINUTES - openMinutes)),
    questions: openMinutes * asked,
    questionSeconds: openMinutes * asked * ANSWER_SECONDS,
    // Finished bars and refused data, once a minute.
    metricsAsked: openMinutes * 2,
    questionReads: openMinutes * reads,
    monitorReads: ALL_MINUTES * slots * (heads + 0.5),
    // The lease at every look, the number of symbols at every open minute.
    monitorWrites: ALL_MINUTES + openMinutes,
    rollupInvocations: invocations,
    rollupSeconds: invocations * 0.1 + (bars / 1000) * SECONDS_A_THOUSAND,
  };
}

/** Units of an eventually consistent read of so many bytes. */
function readUnits(bytes: number): number {
  return Math.ceil(bytes / 4096) * 0.5;
}
