/** Event time goes no faster than the pipeline follows: each burst is its limit until what came before is worked off. */
import { setTimeout as pause } from 'node:timers/promises';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { type EventClock, LEAST_GRACE } from '../../runtime/platform/clock.ts';
import type { Pace } from '../simulator/player.ts';

/** Bars that any machine sends and reads in a ms of wall time. */
const BARS_A_MS = 20;
/** Event ms within which a burst must get through: then its watermark may follow. */
const ROOM = 1_000;
/** Event ms over which the parts of a burst spread that is lighter. */
const SPREAD = 4_000;
/** How often the pipeline is looked at (wall ms), and at how many looks without progress it is left to itself. */
const [LOOK, PATIENCE] = [10, 300];
/** The pace is that of so many last bursts. */
const BURSTS = 20;

/** Who follows event time. */
export interface Follower {
  /** Whether the pipeline still works on the burst that was due at that instant (epoch ms of event time), or on one before it. */
  readonly isBehind: (due: number) => boolean;
  /** Whether it can follow at all: not where it was told to fail. */
  readonly canFollow: () => boolean;
  /** Rises with whatever the pipeline does. */
  readonly progress: () => number;
  /** Resolves once every process lives in the time that was just set to `now`. */
  readonly followed: (now: number) => Promise<void>;
  /** Resolves once all that was sent is read. */
  readonly settled: () => Promise<void>;
}

/** Whom time need not wait for. */
export const nobody: Follower = {
  isBehind: () => false,
  canFollow: () => false,
  progress: () => 0,
  followed: async () => {},
  settled: async () => {},
};

export interface EventPaceProps {
  readonly clock: EventClock;
  /** How fast event time shall go. */
  readonly speed: number;
  /** Bars of a burst, at most. */
  readonly bars: number;
  readonly follower: () => Follower;
  /** @default the machine's */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** A monotonic clock in ms. @default the machine's */
  readonly wall?: () => number;
}

export class EventPace implements Pace {
  readonly #props: EventPaceProps;
  readonly #wall: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  /** Whether bursts of that size take longer than they may while the clock runs. */
  readonly #isHeavy: boolean;
  /** The progress at which it was given up on. */
  #stuckAt = Number.NaN;
  readonly #bursts: { readonly due: number; readonly wall: number }[] = [];

  constructor(props: EventPaceProps) {
    this.#props = props;
    this.#wall = props.wall ?? (() => performance.now());
    this.#sleep = props.sleep ?? pause;
    this.#isHeavy = (props.bars / BARS_A_MS) * props.speed > ROOM;
  }

  /** How many times faster than the wall clock event time has gone over the last bursts; undefined before the first ones, or after a hole. */
  get reached(): number | undefined {
    const [first, last] = [this.#bursts[0], this.#bursts.at(-1)];
    if (!first || !last || this.#bursts.length < BURSTS) return undefined;
    if (last.due - first.due > (BURSTS - 1) * MINUTE) return undefined;
    return (last.due - first.due) / (last.wall - first.wall);
  }

  /** For so many more minutes a burst cannot have its watermark: so fast, the least grace outlasts them. */
  get #minutesOfGrace(): number {
    return Math.max(0, Math.ceil(this.#props.clock.perWall(LEAST_GRACE) / MINUTE) - 2);
  }

  async until(at: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#props;
    if (clock.limit < at || clock.limit === Number.POSITIVE_INFINITY) clock.set({ limit: at });
    await clock.until(at, signal);
  }

  async burst(due: number, signal: AbortSignal): Promise<boolean> {
    await this.until(due, signal);
    // One burst may be under way while the next goes out. After a leap that is long over, and silence must not last.
    const earlier = this.#bursts.at(-2 - this.#minutesOfGrace);
    if (earlier) await this.#caughtUp(earlier.due, signal);
    this.#bursts.push({ due, wall: this.#wall() });
    if (this.#bursts.length > BURSTS) this.#bursts.shift();
    const { clock, follower } = this.#props;
    const now = clock.now();
    clock.set({ now, limit: this.#isHeavy ? due : due + SPREAD });
    // A process that was late to hear of the time would take bars for early.
    await this.#patiently(follower().followed(now));
    return this.#isHeavy;
  }

  async out(): Promise<void> {
    if (this.#isHeavy) await this.#patiently(this.#props.follower().settled());
  }

  /** A process that does not move is waited for only so long. */
  async #patiently(work: Promise<void>): Promise<void> {
    let isOver = false;
    const over = work.then(() => {
      isOver = true;
    });
    await Promise.race([over, this.#looked(() => isOver)]);
  }

  async #caughtUp(due: number, signal: AbortSignal): Promise<void> {
    const { progress } = this.#props.follower();
    while (this.#mustWait(due)) {
      const before = progress();
      await this.#looked(() => signal.aborted || !this.#mustWait(due) || progress() !== before);
      signal.throwIfAborted();
      if (progress() === before && this.#mustWait(due)) this.#stuckAt = before;
    }
  }

  /** Who was given up on is waited for again when it has moved. */
  #mustWait(due: number): boolean {
    const { canFollow, isBehind, progress } = this.#props.follower();
    return canFollow() && isBehind(due) && progress() !== this.#stuckAt;
  }

  /** Looks until something holds, or often enough. Looks count, not time: a machine that was busy or asleep has not looked either. */
  async #looked(holds: () => boolean): Promise<void> {
    for (let looks = 0; looks < PATIENCE && !holds(); looks++) await this.#sleep(LOOK);
  }
}
