/** How long to wait before the next connection. */
import { type Backoff, delayAfter } from '../../platform/retry.ts';
import type { Ending } from './statuses.ts';

const SECOND = 1_000;

/** Waits, in ms of event time. */
export const reconnectRules = {
  /** A refused key stays refused until a person does something. */
  refused: 300 * SECOND,
  /** The vendor goes on counting dead connections for a while. */
  tooMany: 60 * SECOND,
  backoff: { first: SECOND, longest: 60 * SECOND },
  /** Until a connection has lived this long nothing shows that it works; `auth_success` does not. */
  stable: 10 * SECOND,
} as const;

/** Counts failures in a row. */
export class ReconnectPolicy {
  readonly #random: () => number;
  readonly #backoff: Backoff;
  #failures = 0;

  constructor(random = Math.random, backoff: Backoff = reconnectRules.backoff) {
    this.#random = random;
    this.#backoff = backoff;
  }

  /** How long to wait after this ending. @param lived ms of event time between subscription and end; 0 when it never stood. */
  waitAfter({ kind }: Ending, lived: number): number {
    if (lived >= reconnectRules.stable) this.#failures = 0;
    this.#failures++;
    if (kind === 'refused') return reconnectRules.refused;
    if (kind === 'too many connections') return reconnectRules.tooMany;
    return delayAfter(this.#failures, this.#backoff, this.#random);
  }
}
