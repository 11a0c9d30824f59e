/** What an ingester is to the process that it runs in. */

import type { Told } from './status/common.ts';
import type { Measured } from './status/meter.ts';
import type { Answers } from './status/status-server.ts';

export interface Assembled {
  /** Runs until `stop` aborts, then publishes what is held, at the latest until the signal of `limit()` aborts. @returns how many records could not be published */
  readonly run: (stop: AbortSignal, limit: () => AbortSignal) => Promise<number>;
  readonly answers: Answers;
  /** What it tells of this moment. */
  readonly told: () => Told;
  /** What the metrics of this moment are. */
  readonly measure: () => Measured;
}
