/** How much a month brings, at the most: every symbol trades in every minute of every session. */
import { minutesIn, rolledTimeframes } from '../../runtime/markets/timeframe.ts';

export const HOURS = 730;
const TRADING_DAYS = 21;
/** Pre-market, regular and post-market of US stocks. */
const OPEN_MINUTES = 960;
const ALL_MINUTES = HOURS * 60;
const SLOTS = 64;
/** A burst takes a few seconds, the roll-up waits a second for each batch. */
const BATCHES_A_MINUTE = 4;
/** Compressed, in a chunk. */
const BAR_BYTES = 26;
/** Keys and numbers of a chunk, without bars. */
const CHUNK_BYTES = 250;
/** A batch of a whole market takes about this long per 1,000 bars, s; an empty one 0.1 s. */
const SECONDS_A_THOUSAND = 0.15;

export interface Load {
  readonly minutePuts: number;
  readonly barPuts: number;
  readonly stateWrites: number;
  readonly monitorReads: number;
  readonly monitorWrites: number;
  readonly rollupInvocations: number;
  readonly rollupSeconds: number;
}

/** @param shards of each stream */
export function loadOf(symbols: number, shards: number): Load {
  const openMinutes = TRADING_DAYS * OPEN_MINUTES;
  const bars = symbols * openMinutes;
  const barsPerMinute = rolledTimeframes.reduce((sum, timeframe) => sum + 1 / minutesIn[timeframe], 0);
  const slots = Math.min(SLOTS, symbols);
  const chunk = CHUNK_BYTES + ((symbols / slots) * BAR_BYTES) / (BATCHES_A_MINUTE - 1);
  const invocations = shards * (openMinutes * BATCHES_A_MINUTE + (ALL_MINUTES - openMinutes));
  return {
    minutePuts: bars + ALL_MINUTES * slots,
    barPuts: bars * barsPerMinute,
    stateWrites:
      slots * (openMinutes * BATCHES_A_MINUTE * Math.ceil(chunk / 1024) + (ALL_MINUTES - openMinutes)),
    monitorReads: ALL_MINUTES * slots * (Math.ceil((8 * chunk) / 4096) + 1) * 0.5,
    // The lease at every look, the number of symbols at every open minute.
    monitorWrites: ALL_MINUTES + openMinutes,
    rollupInvocations: invocations,
    rollupSeconds: invocations * 0.1 + (bars / 1000) * SECONDS_A_THOUSAND,
  };
}
