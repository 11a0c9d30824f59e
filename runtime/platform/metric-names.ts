/** Names of the metrics, shared by the code that measures and the infrastructure that watches. */

/** The namespace of every metric. */
export const metricNamespace = 'Barflow';

/** What the ingester counts; every value is the count since the previous line. */
export const ingesterMetrics = {
  /** Minute bars acknowledged by the minutes stream. */
  minuteBars: 'MinuteBars',
  /** Vendor bars refused and put into quarantine. */
  quarantined: 'Quarantined',
  /** Connections to the vendor that were lost or failed. */
  connectionsLost: 'ConnectionsLost',
  /** Records that had to be put again because the stream refused or did not answer. */
  retriedPuts: 'RetriedPuts',
  /** Minutes declared uncovered, whatever the number of slots. */
  uncoveredMinutes: 'UncoveredMinutes',
} as const;

/** What the roll-up counts. */
export const rollupMetrics = {
  /** Finished bars acknowledged by the bars stream. */
  bars: 'Bars',
  /** Of these, new versions of bars that the same worker had put before. */
  revisedBars: 'RevisedBars',
  /** Records refused and put into quarantine. */
  quarantined: 'Quarantined',
  /** Appends that found another worker's chunk in their place. */
  appendConflicts: 'AppendConflicts',
} as const;
