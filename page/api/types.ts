/** What the page knows of the query API's answers: the fields that it reads, and no others. Times are epoch ms UTC. */
import type { Timeframe } from './timeframes.ts';

export interface Bar {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap?: number;
  /** How many of the window's minutes the feed was blind for. */
  readonly uncovered: number;
  readonly session: string;
  /** False while the window is open. */
  readonly final: boolean;
  /** Of two bars with the same start, the higher version is the newer. */
  readonly version: number;
}

/** A stretch `[start, end)` that the feed was blind for and that has no bar. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** `GET /v1/bars`: by symbol. */
export interface BarsAnswer {
  readonly bars: ReadonlyMap<string, readonly Bar[]>;
  readonly gaps: ReadonlyMap<string, readonly Gap[]>;
  /** Everything that ends by then is there, or is declared uncovered; absent before the first watermark. */
  readonly through?: number;
  /** There is more, beyond the last bar of the answer. */
  readonly nextCursor?: string;
}

/** `GET /v1/latest`: what is newest of a symbol. */
export interface Latest {
  readonly minute?: Bar;
  readonly previousClose?: number;
}

/** `GET /v1/symbols`. */
export interface SymbolsAnswer {
  readonly symbols: readonly string[];
  readonly nextCursor?: string;
}

export const sessionStates = ['open', 'ended', 'skipped'] as const;

/** `GET /v1/sessions`: what happened in a session of the feed. */
export interface SessionRecord {
  /** Of its trading day at the exchange, `2025-11-20`. */
  readonly date: string;
  /** Its name; `closed` for the time between sessions. */
  readonly session: string;
  /** `skipped` on a holiday. */
  readonly state: (typeof sessionStates)[number];
  readonly start: number;
  /** Starts of the first and the last minute that has a bar. */
  readonly firstMinute?: number;
  readonly lastMinute?: number;
  readonly published: number;
  readonly corrected: number;
  readonly backfilled: number;
  /** Minutes. */
  readonly uncovered: number;
  /** How often the feed came back, by why it had been lost. */
  readonly reconnections: ReadonlyMap<string, number>;
  readonly handOvers: number;
  readonly takeOvers: number;
}

export interface Alarm {
  readonly name: string;
  readonly since: number;
  /** Anchor of its section in the runbook, such as `#feed-down`. */
  readonly runbook: string;
}

/** How the feed stands with the vendor. */
export const connections = ['live', 'reconnecting', 'down', 'none'] as const;
export type Connection = (typeof connections)[number];

export interface Halted {
  readonly symbol: string;
  /** Epoch ms. */
  readonly since: number;
}

/** `GET /v1/status`: one feed. */
export interface FeedStatus {
  readonly feed: string;
  readonly market: string;
  /** IANA name of the exchange's time zone. */
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly session: string;
  readonly nextChange?: number;
  readonly nextSession?: string;
  /** Event time. */
  readonly now: number;
  readonly watermark?: number;
  readonly lagSeconds?: number;
  readonly minutesPerMinute?: number;
  readonly barsPerMinute?: number;
  readonly uncoveredToday?: number;
  readonly quarantinedToday?: number;
  readonly symbolsLastMinute?: number;
  readonly connection: Connection;
  /** Followed, and not listed by the vendor any more. */
  readonly delisted: readonly string[];
  /** In a trading halt. */
  readonly halted: readonly Halted[];
  readonly alarms: readonly Alarm[];
}
