/** The alarms of a feed that stand. */
export interface StandingAlarm {
  readonly name: string;
  /** Epoch ms. */
  readonly since: number;
  /** Anchor of its section in the runbook. */
  readonly runbook: string;
}

export interface Alarms {
  /** @param prefix what the names of the feed's alarms begin with; not part of what they are called here */
  standing(prefix: string): Promise<readonly StandingAlarm[]>;
}
