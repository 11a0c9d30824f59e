/** How much a month brings, at the most: every symbol trades in every minute of every session. */
import { minutesIn, rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import { defaultStoreDays } from '../../runtime/platform/store-days.ts';
import { type LatestLoad, latestLoad } from './latest-load.ts';
import { type PageLoad, pageLoad, readUnits } from './page-load.ts';

export const HOURS = 730;
/** Shards of the streams of minutes and of bars. */
export interface Shards {
  readonly minutes: number;
  readonly bars: number;
}
export const TRADING_DAYS = 21;
/** Pre-market, regular and post-market of US stocks. */
const OPEN_MINUTES = 960;
/** In which the ingester runs where it sleeps between sessions: five minutes before them, and twenty after. */
export const AWAKE_HOURS = (TRADING_DAYS * (OPEN_MINUTES + 25)) / 60;
export const OPEN_HOURS = (TRADING_DAYS * OPEN_MINUTES) / 60;
/** Of all days, the share on which the market trades. */
const DAYS_OPEN = TRADING_DAYS / (HOURS / 24);
/** Of a trading day; and of a symbol in the list of each, KB. */
const [SESSIONS, SYMBOL_KILOBYTES] = [3, 0.007];
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
/** A record of a minute on its stream, and what the vendor sends of it. */
const RECORD_BYTES = 250;
/** Of what comes from the vendor, the share that goes back to acknowledge it. */
export const ACKNOWLEDGED = 0.04;
/** Bars of one batch of the bar store, and how long it takes for them (s): 32 requests at a time. */
const STORE_BATCH = 1_000;
const STORE_SECONDS = 1;
/** Parts that the records of a shard come in at once. */
const STORE_PARALLEL = 10;
/** Chunks that are looked at for how far a slot is. */
const HEADS = 8;
/** A batch of a whole market takes about this long per 1,000 bars, s; an empty one 0.1 s. */
const SECONDS_A_THOUSAND = 0.15;

/** A row of the archive, packed; all of its timeframes together are so many rows for each minute. */
const [ARCHIVED_BYTES, ARCHIVED_ROWS] = [
  22,
  1 + rolledTimeframes.reduce((sum, each) => sum + 1 / minutesIn[each], 0),
];
/** Of an hour's look at the heads of a week's blocks, s, and of a million rows that are written. */
const [LOOK_SECONDS, MILLION_ROWS_SECONDS] = [3, 12];
/** Blocks of an extended day, and days that are looked at. */
const [BLOCKS, LOOKED_DAYS] = [6, 7];

/** What a unit prints for a piece of work, KB, Lambda's own lines of each invocation included: measured with the engine on one machine. */
const PRINTED = { ingester: 1.7, monitor: 1.1, rollup: 0.8, store: 0.7 };

export interface Load extends PageLoad, LatestLoad {
  readonly minutePuts: number;
  readonly barPuts: number;
  readonly stateWrites: number;
  readonly monitorReads: number;
  readonly monitorWrites: number;
  readonly sessionWrites: number;
  /** A bar each, and the registry's symbols: an extended day is two of UTC's. */
  readonly storeWrites: number;
  readonly storeReads: number;
  /** Kept at a time. */
  readonly storedGigabytes: number;
  readonly storeInvocations: number;
  readonly storeSeconds: number;
  readonly rollupInvocations: number;
  readonly rollupSeconds: number;
  /** Of minutes, read from their stream. */
  readonly minuteGigabytes: number;
  readonly loggedGigabytes: number;
  /** Written in a month. */
  readonly archivedGigabytes: number;
  readonly archiveSeconds: number;
  readonly archiveReads: number;
  /** To the vendor. */
  readonly vendorGigabytes: number;
}

/** A record a minute, of up to 2 KB, and the symbols of each session, slot by slot. */
function sessionWrites(openMinutes: number, symbols: number, slots: number): number {
  const ofSlot = Math.ceil((symbols / slots) * SYMBOL_KILOBYTES);
  return 2 * openMinutes + SESSIONS * TRADING_DAYS * slots * ofSlot;
}

/** @param hours in which the ingester runs */
export function loadOf(symbols: number, shards: Shards, hours = HOURS): Load {
  const runMinutes = hours * 60;
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
  const heads = readUnits(HEADS * chunk);
  const invocations = shards.minutes * (openMinutes * BATCHES_A_MINUTE + (runMinutes - openMinutes));
  const parts = shards.bars * STORE_PARALLEL;
  const storeInvocations = storeBatches + (openMinutes / minutesIn['5m']) * parts;
  const minutePuts = bars + runMinutes * slots;
  const printed =
    runMinutes * PRINTED.ingester +
    ALL_MINUTES * PRINTED.monitor +
    invocations * PRINTED.rollup +
    storeInvocations * PRINTED.store;
  return {
    minutePuts,
    barPuts,
    storeWrites: barPuts + registered,
    // Every worker looks once at what another wrote.
    storeReads: registered * parts * 0.5,
    storedGigabytes: (symbols * kept * STORED_BYTES) / 1e9,
    storeInvocations,
    storeSeconds: storeBatches * STORE_SECONDS + (openMinutes / minutesIn['5m']) * parts * 0.05,
    ...latestLoad(bars, openMinutes, shards.bars),
    stateWrites:
      slots * (openMinutes * BATCHES_A_MINUTE * Math.ceil(chunk / 1024) + (runMinutes - openMinutes)),
    ...pageLoad({
      minutes: openMinutes,
      slots,
      heads,
      minuteChunks: BATCHES_A_MINUTE * chunk,
      bar: STORED_BYTES,
    }),
    monitorReads: ALL_MINUTES * slots * (heads + 0.5),
    // The lease at every look, the number of symbols at every open minute.
    monitorWrites: ALL_MINUTES + openMinutes,
    sessionWrites: sessionWrites(openMinutes, symbols, slots),
    rollupInvocations: invocations,
    rollupSeconds: invocations * 0.1 + (bars / 1000) * SECONDS_A_THOUSAND,
    archivedGigabytes: (bars * ARCHIVED_ROWS * ARCHIVED_BYTES) / 1e9,
    archiveSeconds: HOURS * LOOK_SECONDS + ((bars * ARCHIVED_ROWS) / 1e6) * MILLION_ROWS_SECONDS,
    // Heads are read eventually consistent, logs consistent.
    archiveReads: HOURS * SLOTS * BLOCKS * LOOKED_DAYS * 0.5 + readUnits(bars * BAR_BYTES) * 2,
    minuteGigabytes: (minutePuts * RECORD_BYTES) / 1e9,
    loggedGigabytes: printed / 1e6,
    vendorGigabytes: (bars * RECORD_BYTES * ACKNOWLEDGED) / 1e9,
  };
}
