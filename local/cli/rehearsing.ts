/** Lets the simulated vendor misbehave: at planned times of event time, or at the press of a key. */

import type { Stage } from '../simulator/rehearsal.ts';
import { type Fault, faults, rehearsals } from '../simulator/rehearsals.ts';
import type { PlannedFault } from './fault-plan.ts';

export class Rehearsing {
  readonly #stage: Stage;
  readonly #say: (line: string) => void;
  /** Faults that stand, and since when (epoch ms of event time). */
  readonly #standing = new Map<Fault, number>();

  /** @param say is told of every fault that begins or ends */
  constructor(stage: Stage, say: (line: string) => void) {
    this.#stage = stage;
    this.#say = say;
  }

  /** Names of the faults that stand, and since when (epoch ms of event time). */
  get standing(): ReadonlyMap<Fault, number> {
    return this.#standing;
  }

  begin(fault: Fault): void {
    const { what, isOnce, set } = rehearsals[fault];
    if (this.#standing.has(fault)) return;
    if (!isOnce) this.#standing.set(fault, this.#stage.clock.now());
    this.#say(`fault ${fault}${isOnce ? '' : ' begins'}: the vendor ${what}`);
    set(this.#stage, true);
  }

  end(fault: Fault): void {
    if (!this.#standing.delete(fault)) return;
    rehearsals[fault].set(this.#stage, false);
    this.#say(`fault ${fault} ends`);
  }

  /** Begins the fault of that key, or ends it where it stands. @returns whether the key is one of a fault */
  press(key: string): boolean {
    const fault = faults.find(name => rehearsals[name].key === key);
    if (fault === undefined) return false;
    if (this.#standing.has(fault)) this.end(fault);
    else this.begin(fault);
    return true;
  }

  /** Follows the plan, whose times count from `from` (epoch ms of event time), until all is over or the signal aborts. */
  async follow(plan: readonly PlannedFault[], from: number, signal: AbortSignal): Promise<void> {
    try {
      await Promise.all(plan.map(planned => this.#follow(planned, from, signal)));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #follow({ fault, after, lasts }: PlannedFault, from: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#stage;
    await clock.until(from + after, signal);
    this.begin(fault);
    if (lasts === undefined) return;
    await clock.until(from + after + lasts, signal);
    this.end(fault);
  }
}

/** A line for each fault that has a key. */
export function keyLines(): string[] {
  return faults.flatMap(name => {
    const { key, what }: { key?: string; what: string } = rehearsals[name];
    return key === undefined ? [] : [`  ${key}  ${name}: the vendor ${what}`];
  });
}
