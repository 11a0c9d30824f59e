/** Compares a day's bars of some symbols with the vendor's, from the exchange's midnight to its close. */
import type { Market } from '../markets/names.ts';
import { MINUTE, minutesIn, type RolledTimeframe } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';
import type { ChunkLog } from '../tables/chunks/chunk-log.ts';
import type { RestClient } from '../vendor/rest/client.ts';
import { vendorBars } from '../vendor/rest/plain-bars.ts';
import { compareBars, type Mismatch } from './compare.ts';
import { ownBars } from './own-bars.ts';

/** Longer bars of the vendor's start where a request begins, ours where the day does. */
const TIMEFRAMES = { clock: ['5m', '1h'], session: ['5m'] } as const;
/** A schedule that fires soon after midnight means the day that has just ended. */
const DAY_AGO = 60 * MINUTE;

export interface ReconcileOptions {
  readonly market: Market;
  readonly windows: Windows;
  readonly symbols: readonly string[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly log: ChunkLog;
  readonly rest: RestClient;
}

/** What a day's comparison found. */
export interface DayReport {
  /** The exchange's date. */
  readonly date: string;
  readonly symbols: readonly string[];
  /** Bars compared: minutes and windows. */
  readonly compared: number;
  /** Bars left out because we know that we lack minutes of them. */
  readonly uncovered: number;
  readonly mismatches: readonly Mismatch[];
}

/**
 * @param at the present, epoch ms
 * @returns undefined on a day without a session
 * @throws RestUnavailable when the vendor does not answer: that is no mismatch
 */
export async function reconcile(
  { market, windows, symbols, delay, log, rest }: ReconcileOptions,
  at: number,
  signal: AbortSignal,
): Promise<DayReport | undefined> {
  const { calendar, alignment } = windows;
  const day = calendar.days.at(at - delay - DAY_AGO);
  const open = calendar
    .sessionsBetween(day.start, day.end)
    .filter(({ name, start, end }) => name !== 'closed' && start < at - delay && end > day.start);
  const last = open.at(-1);
  if (!last) return undefined;
  const [from, to] = [day.start, Math.min(last.end, day.end, at - delay)];
  const timeframes: readonly RolledTimeframe[] = TIMEFRAMES[alignment];
  const mismatches: Mismatch[] = [];
  let [compared, uncovered] = [0, 0];
  for (const symbol of symbols) {
    const own = await ownBars(log, windows, { symbol, timeframes, from, to }, signal);
    for (const minutes of [1, ...timeframes.map(timeframe => minutesIn[timeframe])]) {
      const blind = own.uncovered.get(minutes) ?? new Set<number>();
      const theirs = await vendorBars(rest, { market, symbol, minutes, from, to, at }, signal);
      const ours = (own.bars.get(minutes) ?? []).filter(({ start }) => start < to);
      const found = compareBars({ market, symbol, minutes, ours, theirs, uncovered: blind });
      compared += found.compared;
      uncovered += blind.size;
      mismatches.push(...found.mismatches);
    }
  }
  return { date: day.date.toString(), symbols, compared, uncovered, mismatches };
}
