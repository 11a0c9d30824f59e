/** Compares a day's bars of some symbols with the vendor's, from the exchange's midnight to its close. */
import type { Calendar } from '../markets/calendar.ts';
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
/** A schedule that fires up to six hours after the close, or after midnight, means the day that has ended. */
const AFTER_THE_DAY = 7 * 60 * MINUTE;

export interface ReconcileOptions {
  readonly market: Market;
  readonly windows: Windows;
  readonly symbols: readonly string[];
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

/** The part of an exchange's day that is compared, epoch ms. */
export interface EndedDay {
  /** The exchange's date. */
  readonly date: string;
  readonly from: number;
  readonly to: number;
}

/** The day that has ended. @param now of the market that the feed shows, epoch ms. @returns undefined for one without a session */
export function endedDay(calendar: Calendar, now: number): EndedDay | undefined {
  const day = calendar.days.at(now - AFTER_THE_DAY);
  const open = calendar
    .sessionsBetween(day.start, day.end)
    .filter(({ name, start, end }) => name !== 'closed' && start < now && end > day.start);
  const last = open.at(-1);
  return last && { date: day.date.toString(), from: day.start, to: Math.min(last.end, day.end, now) };
}

/**
 * @param at the present, epoch ms
 * @throws RestUnavailable when the vendor does not answer: that is no mismatch
 */
export async function reconcile(
  { market, windows, symbols, log, rest }: ReconcileOptions,
  { date, from, to }: EndedDay,
  at: number,
  signal: AbortSignal,
): Promise<DayReport> {
  const timeframes: readonly RolledTimeframe[] = TIMEFRAMES[windows.alignment];
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
  return { date, symbols, compared, uncovered, mismatches };
}
