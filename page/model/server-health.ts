/** How the page stands with its server, from the outcomes of everything that it asks. */
import type { Trouble } from '../api/trouble.ts';

export interface ServerHealth {
  readonly state: 'starting' | 'live' | 'reconnecting' | 'down';
  /** Why it is not live. */
  readonly reason?: string;
  /** When bars were last answered for, by the clock of this machine. */
  readonly heardAt?: number;
}

/** Failures in a row, of one question, that mean more than a hiccup. */
const DOWN_AFTER = 3;
/** The question whose answers are what is shown. */
const SHOWN = 'bars';

export class ServerMeter {
  readonly #failing = new Map<string, { failures: number; trouble: Trouble }>();
  #isHeard = false;
  #heardAt: number | undefined;

  /** Takes the outcome of one question. */
  note(question: string, trouble: Trouble | undefined, now: number): ServerHealth {
    if (trouble === undefined || trouble.kind === 'refused') {
      this.#isHeard = true;
      if (question === SHOWN) this.#heardAt = now;
      this.#failing.delete(question);
    } else {
      const failures = (this.#failing.get(question)?.failures ?? 0) + 1;
      this.#failing.set(question, { failures, trouble });
    }
    return this.health;
  }

  /** A question that is not asked any more says nothing of the server. */
  forget(question: string): void {
    this.#failing.delete(question);
  }

  get health(): ServerHealth {
    const heard = this.#heardAt === undefined ? {} : { heardAt: this.#heardAt };
    const [worst] = [...this.#failing.values()].sort((a, b) => b.failures - a.failures);
    if (worst === undefined) return { state: this.#isHeard ? 'live' : 'starting', ...heard };
    const isDown = worst.failures >= DOWN_AFTER && worst.trouble.kind !== 'busy';
    return { state: isDown ? 'down' : 'reconnecting', reason: worst.trouble.message, ...heard };
  }
}
