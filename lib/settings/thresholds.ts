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
  /** How much may be quarantined within 5 minutes before somebody is woken. A single piece is a ticket. */
  readonly quarantineFlood: number;
  /** For how long the ingester may hold records without ever having published everything, s. */
  readonly bufferSeconds: number;
  /** For how long minutes may stay neither published nor declared uncovered, minutes. */
  readonly gapMinutes: number;
  /** How far the ingester's clock may be off, s. Less than a watermark waits for late bars. Healthy: 0. */
  readonly clockOffSeconds: number;
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
  quarantineFlood: 100,
  bufferSeconds: 180,
  gapMinutes: 15,
  clockOffSeconds: 2,
  uncoveredMinutes: 0,
  revisedPercent: 2,
  reconcileMismatches: 0,
  calendarDays: 60,
};
