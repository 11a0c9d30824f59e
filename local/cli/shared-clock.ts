/** Keeps the event clock of a child process in step with ours. */
import * as v from 'valibot';
import type { ClockState, EventClock } from '../../runtime/platform/clock.ts';
import type { LocalTask } from '../engine/tasks.ts';

const clockSet = v.object({ type: v.literal('clock set'), now: v.number() });

export class SharedClock {
  readonly #waiting = new Map<number, () => void>();
  #isFollowed = false;
  /** Where its time stands still; undefined while it runs. */
  #end: number | undefined;
  readonly #tell: (state: ClockState) => void;

  /** From now on every change of `clock` reaches the task's process, and a new process starts with the time it has then. */
  constructor(clock: EventClock, task: LocalTask) {
    this.#tell = ({ now, speed, limit }) => {
      const state = this.#end === undefined ? { now, speed } : { now: this.#end, speed: 0 };
      // Messages are JSON, which has no infinity.
      const until = Number.isFinite(limit) ? { limit } : {};
      this.#isFollowed = task.send({ type: 'clock', ...state, ...until });
    };
    clock.onSet(state => this.#end === undefined && this.#tell(state));
    task.onStart(() => {
      for (const settle of this.#waiting.values()) settle();
      this.#tell({ now: clock.now(), speed: clock.speed, limit: clock.limit });
    });
    // Who is gone lives in no time.
    task.onEnd(() => {
      this.#isFollowed = false;
      for (const settle of this.#waiting.values()) settle();
    });
    task.onMessage(message => {
      const answer = v.safeParse(clockSet, message);
      if (answer.success) this.#waiting.get(answer.output.now)?.();
    });
  }

  /** From now on its time stands still at that instant, whatever the clock does. */
  end(now: number): void {
    this.#end = now;
    this.#tell({ now, speed: 0, limit: Number.POSITIVE_INFINITY });
  }

  /** Resolves when the process lives in the time that was just set to `now`; at once when none is there to follow. */
  settled(now: number): Promise<void> {
    if (!this.#isFollowed || this.#end !== undefined) return Promise.resolve();
    return new Promise(resolve => {
      this.#waiting.set(now, () => {
        this.#waiting.delete(now);
        resolve();
      });
    });
  }
}
