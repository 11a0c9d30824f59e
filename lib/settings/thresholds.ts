/** When alarms are raised: numbers that an environment may change. */

export interface Thresholds {
  /** How far even the freshest slot may be behind in market hours, s. Healthy: 60. */
  readonly silentSeconds: number;
  /** How far any slot may be behind in market hours, s. Healthy: 60. */
  readonly lagSeconds: number;
  /** How old the oldest due window that is not final may be, s. Healthy: up to 120. */
  readonly finalLagSeconds: number;
  /** The least share of the usual number of symbols, 0 to 1. */
  readonly symbolsRatio: number;
  /** How often the lease may change hands within 15 minutes before that is flapping; a deployment takes one. */
  readonly leaseChanges: number;
  /** How old a record may be when the roll-up gets it, s. */
  readonly iteratorAgeSeconds: number;
  /** The same where nothing but a person will help any more, s. Far below the streams' retention. */
  readonly iteratorAgeCriticalSeconds: number;
  /** How old a record may be when the bar store, or the function of the latest bars, gets it, s. Healthy: up to 30 at a close. */
  readonly storeAgeSeconds: number;
  /** How long all but one in a hundred questions to the query API may take at most, s. Healthy: below 0.4, after a cold start 1 to 2. */
  readonly apiSeconds: number;
  /** How much may be quarantined within 5 minutes before somebody is woken. A single piece is a ticket. */
  readonly quarantineFlood: number;
  /** For how long the ingester may hold records without ever having published everything, s. */
  readonly bufferSeconds: number;
  /** For how long minutes may stay neither published nor declared uncovered, minutes. */
  readonly gapMinutes: number;
  /** How far the ingester's clock may be off, s. Less than a watermark waits for late bars. Healthy: 0. */
  readonly clockOffSeconds: number;
  /** How often sinks may fail within a minute; three such minutes of five page. Healthy: 0. */
  readonly sinkFailures: number;
  /** How many events sinks may drop within 5 minutes. Healthy: 0. */
  readonly sinkDrops: number;
  /** How many minutes of a day may stand uncovered. */
  readonly uncoveredMinutes: number;
  /** The highest share of finished bars that are revised within an hour, percent. */
  readonly revisedPercent: number;
  /** How many bars may differ from the vendor's. */
  readonly reconcileMismatches: number;
  /** How many days of known calendar must be left. */
  readonly calendarDays: number;
}

export const defaultThresholds: Thresholds = {
  silentSeconds: 120,
  lagSeconds: 120,
  finalLagSeconds: 300,
  symbolsRatio: 0.5,
  leaseChanges: 3,
  iteratorAgeSeconds: 60,
  iteratorAgeCriticalSeconds: 4 * 3600,
  storeAgeSeconds: 300,
  apiSeconds: 3,
  quarantineFlood: 100,
  bufferSeconds: 180,
  gapMinutes: 15,
  clockOffSeconds: 2,
  sinkFailures: 1,
  sinkDrops: 1,
  uncoveredMinutes: 0,
  revisedPercent: 2,
  reconcileMismatches: 0,
  calendarDays: 60,
};

/** What a number may be. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** @default it may have a fraction */
  readonly whole?: true;
}

const DAY = 86_400;

/** Within these every alarm can be quiet while all is well, and AWS takes it. */
export const thresholdRanges: Readonly<Record<keyof Thresholds, Range>> = {
  silentSeconds: { least: 61, most: DAY },
  lagSeconds: { least: 61, most: DAY },
  finalLagSeconds: { least: 121, most: DAY },
  symbolsRatio: { least: 0, most: 1 },
  leaseChanges: { least: 2, most: 1_000, whole: true },
  iteratorAgeSeconds: { least: 1, most: DAY },
  iteratorAgeCriticalSeconds: { least: 1, most: DAY },
  storeAgeSeconds: { least: 31, most: DAY },
  // API Gateway waits for no longer.
  apiSeconds: { least: 0.1, most: 30 },
  quarantineFlood: { least: 1, most: 1_000_000, whole: true },
  bufferSeconds: { least: 1, most: DAY },
  // An alarm looks back over a day at most.
  gapMinutes: { least: 1, most: 1_440, whole: true },
  clockOffSeconds: { least: 0.1, most: 300 },
  sinkFailures: { least: 1, most: 1_000_000, whole: true },
  sinkDrops: { least: 1, most: 1_000_000_000, whole: true },
  uncoveredMinutes: { least: 0, most: 1_440, whole: true },
  revisedPercent: { least: 0.01, most: 100 },
  reconcileMismatches: { least: 0, most: 1_000_000, whole: true },
  calendarDays: { least: 0, most: 3_650, whole: true },
};

/** A range in words. */
export function rangeText({ least, most, whole }: Range): string {
  return `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
}
