/** The settings of a feed that units are told by variables: each with its name, limits, default and meaning in one place. */
import { alignments, markets } from '../markets/names.ts';

/** One of a few words. */
export interface Choice<T extends string> {
  readonly variable: string;
  /** Completes the sentence "NAME is missing: it ...". */
  readonly purpose: string;
  readonly allowed: readonly T[];
  readonly fallback: T;
}

/** A number within limits, fractions and all unless it is `whole`. */
export interface Amount {
  readonly variable: string;
  readonly purpose: string;
  readonly min: number;
  readonly max: number;
  readonly whole?: true;
  /** Where it is a span of time; the infrastructure's settings have a `Duration` for it. */
  readonly unit?: 'seconds';
  readonly fallback: number;
}

/** Yes or no. */
export interface Flag {
  readonly variable: string;
  readonly purpose: string;
  readonly fallback: boolean;
}

export const feedSettings = {
  market: {
    variable: 'MARKET',
    purpose: 'names the market, whose calendar and sessions hold',
    allowed: markets,
    fallback: 'stocks',
  },
  alignment: {
    variable: 'ALIGNMENT',
    purpose: 'says where windows start: on the clock, or anew at every session’s open',
    allowed: alignments,
    fallback: 'clock',
  },
  symbolLimit: {
    variable: 'SYMBOLS_LIMIT',
    purpose: 'is how many symbols the plan allows; of a longer list the first are kept',
    min: 1,
    max: 1_000_000,
    whole: true,
    fallback: 1_000_000,
  },
  delay: {
    variable: 'FEED_DELAY_SECONDS',
    purpose: 'is how late the feed is',
    min: 0,
    max: 3_600,
    unit: 'seconds',
    fallback: 0,
  },
  watermarkGrace: {
    variable: 'WATERMARK_GRACE_SECONDS',
    purpose: 'is how long after a minute’s end, and after the delay, its watermark waits for bars',
    min: 0,
    max: 300,
    unit: 'seconds',
    fallback: 5,
  },
  backfillOnStart: {
    variable: 'BACKFILL_ON_START',
    purpose:
      'says what a feed that has never run fetches of the time before: the session, the 4h block, or nothing',
    allowed: ['session', 'block', 'none'],
    fallback: 'block',
  },
  restRequestsPerSecond: {
    variable: 'REST_REQUESTS_PER_SECOND',
    purpose: 'is how many questions a second the plan allows',
    min: 0.01,
    max: 100,
    fallback: 50,
  },
  provisionalBars: {
    variable: 'PROVISIONAL_BARS',
    purpose: 'says whether windows that are still open are published too, as bars that are not final',
    fallback: false,
  },
} as const satisfies Readonly<Record<string, Choice<string> | Amount | Flag>>;

/**
 * What a feed that has never run backfills when it starts: the whole session so far, the current 4h block so far, or
 * nothing, in which case the block's minutes so far are declared uncovered.
 */
export type BackfillOnStart = (typeof feedSettings.backfillOnStart.allowed)[number];
