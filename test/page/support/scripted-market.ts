/** A market for the page's tests: a real-looking one that moves when it is told to, and not by any clock. */

import { SimulatedMarket } from '../../../local/simulator/market.ts';
import type { VendorMinute } from '../../../local/simulator/source.ts';
import type { Connection, Halted } from '../../../page/api/types.ts';
import type { SessionAnswer } from '../../../runtime/api/contract/session-answers.ts';
import { type Calendar, calendarOf } from '../../../runtime/markets/calendar.ts';
import type { Market } from '../../../runtime/markets/market.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';

export interface ScriptedAlarm {
  readonly name: string;
  readonly since: number;
  readonly runbook: string;
}

export interface MarketScript {
  readonly feed: string;
  readonly market: Market;
  /** The first is the most liquid. */
  readonly symbols: readonly string[];
  /** Nothing was traded before, epoch ms. */
  readonly begin: number;
  /** Event time when it starts, epoch ms. */
  readonly now: number;
}

/** A stretch `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One symbol's minute as it is known. */
export interface Minute extends VendorMinute {
  readonly version: number;
}

const BLOCK = 240 * MINUTE;

export class ScriptedMarket {
  readonly script: MarketScript;
  readonly calendar: Calendar;
  readonly windows: Windows;
  /** Event time; full minutes that end by then have been published. */
  now: number;
  connection: Connection = 'live';
  alarms: ScriptedAlarm[] = [];
  /** Seconds that the watermark is behind, beyond the usual. */
  lateSeconds = 0;
  quarantined = 0;
  delisted: readonly string[] = [];
  /** The latest first; undefined where the API knows nothing of them. */
  sessions: readonly SessionAnswer[] | undefined = [];
  halted: readonly Halted[] = [];
  /** What the feed did not see. */
  readonly blind: Span[] = [];
  readonly #truth: SimulatedMarket;
  readonly #blocks = new Map<string, readonly VendorMinute[]>();
  /** Replaced minutes by symbol and start. */
  readonly #corrected = new Map<string, Minute>();

  constructor(script: MarketScript) {
    this.script = script;
    this.now = script.now;
    this.calendar = calendarOf(script.market);
    this.windows = new Windows(this.calendar, 'clock');
    const { market, symbols, begin } = script;
    this.#truth = new SimulatedMarket({ market, symbols, from: begin, corrected: 0, seed: 7 });
  }

  /** Something else whenever any answer about its bars may be. */
  get state(): string {
    return JSON.stringify([this.now, this.lateSeconds, this.#corrected.size, this.blind, this.sessions]);
  }

  get watermark(): number {
    return Math.floor((this.now - this.lateSeconds * 1_000) / MINUTE) * MINUTE;
  }

  /** Lets that many minutes pass. */
  advance(minutes: number): void {
    this.now += minutes * MINUTE;
  }

  /** The feed sees nothing of the next minutes, which pass. */
  lookAway(minutes: number): void {
    const start = this.watermark;
    this.advance(minutes);
    this.blind.push({ start, end: start + minutes * MINUTE });
  }

  /** Late trades change the newest minute before that time: a new high, and more volume. */
  correct(symbol: string, before: number, by: number): Minute {
    const known = this.minutesOf(symbol, before - BLOCK, before).at(-1);
    if (known === undefined)
      throw new Error(`${symbol} has no minute before ${new Date(before).toISOString()}`);
    const minute = {
      ...known,
      close: Number((known.close + by).toFixed(2)),
      high: Number(Math.max(known.high, known.close + by).toFixed(2)),
      low: Math.min(known.low, Number((known.close + by).toFixed(2))),
      version: known.version + 90_000,
    };
    this.#corrected.set(`${symbol} ${known.start}`, minute);
    return minute;
  }

  /** What is known of `[from, to)`, oldest first. */
  minutesOf(symbol: string, from: number, to: number): Minute[] {
    const minutes: Minute[] = [];
    for (let block = Math.floor(from / BLOCK) * BLOCK; block < to; block += BLOCK)
      for (const minute of this.#blockOf(symbol, block)) {
        const { start } = minute;
        if (start < from || start >= to || start + MINUTE > this.now || this.isBlind(start)) continue;
        const corrected = this.#corrected.get(`${symbol} ${start}`);
        minutes.push(corrected ?? { ...minute, version: start + MINUTE + 2_000 });
      }
    return minutes;
  }

  isBlind(minute: number): boolean {
    return this.blind.some(({ start, end }) => minute >= start && minute < end);
  }

  #blockOf(symbol: string, start: number): readonly VendorMinute[] {
    const key = `${symbol} ${start}`;
    const known = this.#blocks.get(key);
    if (known) return known;
    const made = this.#truth.history(symbol, start, start + BLOCK, Number.MAX_SAFE_INTEGER);
    this.#blocks.set(key, made);
    return made;
  }
}
