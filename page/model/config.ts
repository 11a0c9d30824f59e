/** What whoever serves the page tells it, in its document. */

export interface Config {
  /** Seconds between two looks at the newest bars. */
  readonly pollSeconds: number;
  /** Seconds between two looks at everything in sight. */
  readonly wholeSeconds: number;
  /** Seconds that an answer may take. */
  readonly patienceSeconds: number;
  /** Address of the runbook, without an anchor. */
  readonly runbook: string;
}

export const DEFAULTS: Config = {
  pollSeconds: 5,
  wholeSeconds: 60,
  patienceSeconds: 10,
  runbook: 'runbook.html',
};

/** Reads the JSON of the document; what is not there is as by default. */
export function readConfig(text: string): Config {
  const told: unknown = JSON.parse(text);
  const fields: Readonly<Record<string, unknown>> =
    typeof told === 'object' && told !== null ? { ...told } : {};
  const seconds = (name: 'pollSeconds' | 'wholeSeconds' | 'patienceSeconds') => {
    const value = fields[name];
    return typeof value === 'number' && value > 0 ? value : DEFAULTS[name];
  };
  const runbook = fields['runbook'];
  return {
    pollSeconds: seconds('pollSeconds'),
    wholeSeconds: seconds('wholeSeconds'),
    patienceSeconds: seconds('patienceSeconds'),
    runbook: typeof runbook === 'string' ? runbook : DEFAULTS.runbook,
  };
}
