/**
 * Names of the metrics, shared by the code that measures and the infrastructure that watches. Each is billed: only what an alarm, a graph or
 * a command reads is one. Other numbers stand beside them in the same line of the log.
 */

/** The namespace of every metric. */
export const metricNamespace = 'Barflow';

/** The only dimensions: a symbol or a slot as a dimension would cost more than everything else together. */
export const metricDimensions = { environment: 'Environment', feed: 'Feed' } as const;

/** The variable that tells every unit the environment's name. */
export const environmentVariable = 'ENVIRONMENT';

/** What the ingester counts; every value is the count since the previous line. */
export const ingesterCounts = {
  /** Vendor bars refused. */
  quarantined: 'Quarantined',
  /** Refused bars for which the quarantine had no place: only the log has them. Always 0 when all is well. */
  dropped: 'Dropped',
} as const;

/** What the ingester counts where a feed has sinks for what it passes on. */
export const sinkCounts = {
  /** Events that sinks let go. */
  dropped: 'SinkDropped',
  /** Attempts of sinks that failed, and were or will be made again. */
  failures: 'SinkFailures',
} as const;

/** How the ingester is at the moment of a line. */
export const ingesterGauges = {
  /** 1 while the vendor sends what was subscribed to, else 0. */
  connected: 'Connected',
  /** 1 while it does not although the market is open, else 0. */
  disconnected: 'Disconnected',
  /** Records that the minutes stream has not acknowledged yet. */
  bufferedRecords: 'BufferedRecords',
  /** For how long there has always been a watermark that the minutes stream has not acknowledged, s. */
  bufferSeconds: 'BufferSeconds',
  /** Open minutes that are due and neither published nor declared uncovered; only whoever holds the lease tells. */
  gapMinutes: 'GapMinutesOpen',
  /** How far the clock is off at least, against the vendor's or AWS's time, s; left out while nobody has told. */
  clockOff: 'ClockOffSeconds',
} as const;

/** What the roll-up counts. */
export const rollupMetrics = {
  /** Finished bars acknowledged by the bars stream. */
  bars: 'Bars',
  /** Of these, bars that say something else than the same bar that the same worker had put before; a newer version alone is no revision. */
  revisedBars: 'RevisedBars',
  /** Records refused and put into quarantine. */
  quarantined: 'Quarantined',
  /** Of these, records for which the quarantine had no place: the log tells of them. Always 0 when all is well. */
  dropped: 'Dropped',
} as const;

/** How late finished bars are, s: of every window that closes for the first time, and neither by an import, a backfill nor a replay. */
export const finalLatency = {
  /** From the window's end to the put, where the bar of its last minute closed it. */
  byMinute: 'FinalLatencySecondsByMinute',
  /** The same where a watermark did. */
  byWatermark: 'FinalLatencySecondsByWatermark',
  /** From the arrival of that bar on the minutes stream to the put. */
  sinceMinute: 'FinalLatencySecondsSinceMinute',
  /** From the arrival of that watermark. */
  sinceWatermark: 'FinalLatencySecondsSinceWatermark',
} as const;

/** What the bar store counts. */
export const barStoreMetrics = {
  /** Bars written into the bars table. */
  stored: 'StoredBars',
  /** Bars that were not, for the table has them as new or newer: delivered twice, or out of order. */
  superseded: 'SupersededBars',
  /** Requests that were made again because the bars table had no room. */
  throttled: 'StoreRetries',
  /** Records passed over: packed by the Kinesis Producer Library, which packs none of ours, or of a type of a later release. */
  skipped: 'SkippedRecords',
  /** Records refused and put into quarantine. */
  quarantined: 'Quarantined',
  /** Of these, records for which the quarantine had no place: the log tells of them. Always 0 when all is well. */
  dropped: 'Dropped',
} as const;

/** What the function of the latest bars counts. */
export const latestMetrics = {
  /** Bars written into Redis. */
  written: 'LatestBars',
  /** Bars that were not, for a newer version or a later day stands there: delivered twice, or out of order. */
  superseded: 'LatestSuperseded',
  /** Bars that were not, for something that is not ours stands at their key. Always 0 when all is well. */
  blocked: 'LatestBlocked',
} as const;

/** What the monitor finds every minute. Everything is shifted by the feed's delay: late by nature is not late. */
export const monitorMetrics = {
  /** 1 while the market is open. */
  marketOpen: 'MarketOpen',
  /** How far the slot that is least behind is behind, s; 0 while the market is closed. */
  freshestLag: 'FreshestLagSeconds',
  /** How far the slot that is most behind is behind, s; 0 while the market is closed. */
  watermarkLag: 'WatermarkLagSeconds',
  /** Age of the oldest window that is due and not known to be final, s; 0 while the market is closed. */
  finalLag: 'FinalLagSeconds',
  /** Minutes of the exchange's day that stand uncovered. */
  uncoveredMinutes: 'UncoveredMinutes',
  /** For how long the lease was not renewed, s; left out while there is no lease. */
  leaseAge: 'LeaseAgeSeconds',
  /** How often the lease changed hands since the last look; left out while there is no lease. */
  leaseEpochChanges: 'LeaseEpochChanges',
  /** 1 while whoever renews the lease says that a gap is being filled over REST, else 0; left out while there is no lease. */
  catchingUp: 'CatchingUp',
  /** Symbols with a bar of the last complete minute; 0 while the market is closed. */
  symbols: 'SymbolsLastMinute',
  /** That number over the usual one; left out while the market is closed or the usual number is unknown or too small. */
  symbolsRatio: 'SymbolsRatio',
  /** Days until the calendar's rules end. */
  calendarDaysLeft: 'CalendarDaysLeft',
} as const;

/** What the daily look at the vendor's calendar finds. */
export const calendarMetrics = {
  /** Announced days on which the vendor's calendar and ours differ and no setting decides. */
  differences: 'CalendarDifferences',
} as const;

/** What the daily comparison with the vendor's bars finds. */
export const reconcileMetrics = {
  /** Bars that differ, are missing or should not be. */
  mismatches: 'ReconcileMismatch',
} as const;
