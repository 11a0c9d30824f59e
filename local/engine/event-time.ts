/** Event time at a moment of wall time, and how much has passed since: what arrival and age of records are told by. */
import { type Clock, type ClockState, EventClock } from '../../runtime/platform/clock.ts';

interface Stretch {
  /** Wall time at which the clock was set, epoch ms, and the event time that it has shown since. */
  readonly wall: number;
  readonly event: number;
  /** Event time that had passed until then, ms. */
  readonly passed: number;
  readonly speed: number;
  /** Event time that it can show at most, epoch ms. */
  readonly limit: number;
}

/** Moments that are older than so many settings of the clock count as that old. */
const REMEMBERED = 4_096;

export class EventTime {
  readonly #clock: Clock;
  readonly #stretches: Stretch[];
  /** What the clock would show if nobody set it. */
  #expected: () => number;

  constructor(clock: Clock) {
    this.#clock = clock;
    const wall = Date.now();
    this.#stretches = [{ wall, event: wall, passed: 0, speed: 1, limit: Number.POSITIVE_INFINITY }];
    this.#expected = () => clock.now();
    if (!(clock instanceof EventClock)) return;
    this.#set(clock, 0);
    clock.onSet(({ now, speed, limit }) => {
      const { speed: before } = this.#last;
      // A clock that runs and is set leaps over a time in which nothing happens; one that stands goes only by being set.
      this.#set({ now: () => now, speed, limit }, before === 0 ? Math.max(0, now - this.#expected()) : 0);
    });
  }

  /** Event time, epoch ms. */
  now(): number {
    return this.#clock.now();
  }

  /** Event time, how fast it goes and where it will stand. */
  get state(): ClockState {
    const { speed, limit } = this.#last;
    return { now: this.now(), speed, limit };
  }

  /** Event time (ms) that has passed since `wall` (epoch ms of wall time); leaps of the clock are not counted. */
  since(wall: number): number {
    return Math.max(0, this.#passedAt(Date.now()) - this.#passedAt(wall));
  }

  /** What the clock showed at `wall` (epoch ms of wall time): when something came, by the time that it is of. */
  at(wall: number): number {
    const stretch = this.#stretchAt(wall);
    return stretch.event + goneBy(stretch, wall);
  }

  get #last(): Stretch {
    const limit = Number.POSITIVE_INFINITY;
    return this.#stretches.at(-1) ?? { wall: 0, event: 0, passed: 0, speed: 1, limit };
  }

  #stretchAt(wall: number): Stretch {
    return this.#stretches.findLast(each => each.wall <= wall) ?? this.#stretches[0] ?? this.#last;
  }

  #passedAt(wall: number): number {
    const stretch = this.#stretchAt(wall);
    return stretch.passed + goneBy(stretch, wall);
  }

  #set(clock: Pick<EventClock, 'now' | 'speed' | 'limit'>, leapt: number): void {
    const wall = Date.now();
    const { speed, limit } = clock;
    const now = clock.now();
    this.#stretches.push({ wall, event: now, passed: this.#passedAt(wall) + leapt, speed, limit });
    if (this.#stretches.length > REMEMBERED) this.#stretches.shift();
    const start = performance.now();
    this.#expected = () => now + (performance.now() - start) * speed;
  }
}

/** Event time (ms) that has gone by since a stretch began. */
function goneBy({ wall: start, event, speed, limit }: Stretch, wall: number): number {
  return Math.min(Math.max(0, wall - start) * speed, limit - event);
}
