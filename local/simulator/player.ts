/** Walks sources through event time, minute by minute, and leaps over long holes of all of them when told to. */
import { once } from 'node:events';
import { type Calendar, CLOSED } from '../../runtime/markets/calendar.ts';
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import type { EventClock } from '../../runtime/platform/clock.ts';
import type { Source } from './source.ts';

/** Event ms between a minute's end and the first bars of its burst. */
export const FIRST_BARS = 1_000;
/** Holes longer than this are leapt over. */
const LONGEST_WAIT = 30 * MINUTE;
/** A leap waits so long after the last minute, so that what was sent arrives in its own time: event ms, and at least wall ms. */
const CALM = 10_000;
const CALM_WALL = 100;
/** A leap lands this long before the end of the next minute that has data. */
const LANDING = 10_000;

/** Lets event time go on, no faster than whoever listens can follow. */
export interface Pace {
  /** Resolves once it is `at`. @throws the signal's reason */
  until(at: number, signal: AbortSignal): Promise<void>;
  /** Resolves once it is `due` and the next burst may go. @returns whether time stands still until it is out. @throws the signal's reason */
  burst(due: number, signal: AbortSignal): Promise<boolean>;
  /** A burst is out. */
  out(): Promise<void>;
}

/** A market that is played, as one host of the vendor sends it. */
export interface Played {
  readonly calendar: Calendar;
  readonly source: Source;
  /** Event ms, whole minutes, by which the host is late with all of it. */
  readonly delay: number;
  /** Sends the burst of a minute, due at that instant, all at once where time stands, and resolves when all of it is out. */
  readonly burst: (minute: number, due: number, atOnce: boolean) => Promise<void>;
  /** Whether somebody must hear of open minutes in which the source has nothing. */
  readonly keepsAlive: () => boolean;
}

export interface PlayerOptions {
  /** Event time; playing begins at the minute that it shows by then and goes as it goes. */
  readonly clock: EventClock;
  /** Awaited before anything is played or leapt over: by then all that is to be played must be there. @default playing begins at once */
  readonly ready?: Promise<void>;
  /** Sets the clock forward over holes of more than 30 minutes in all sources. @default false */
  readonly leap?: boolean;
  /**
   * Awaited after every leap with the new event time, before anything more is sent: the place to wait until another
   * process has followed the clock. @default nothing is waited for
   */
  readonly settle?: (now: number) => Promise<void>;
  /** Lets event time wait for whoever listens. @default it goes as the clock goes */
  readonly pace?: Pace;
}

export class Player {
  /** Resolves when no source has anything more to send; rejects if playing fails. */
  readonly ended: Promise<void>;
  readonly #options: PlayerOptions;
  readonly #pace: Pace;
  readonly #played: Played[] = [];
  readonly #stop = new AbortController();
  /** The first minute after which nothing has been sent: of what comes late, that of its coming. */
  #next = 0;

  constructor(options: PlayerOptions) {
    const { clock } = options;
    this.#options = options;
    this.#pace = options.pace ?? {
      until: (at, signal) => clock.until(at, signal),
      burst: (due, signal) => clock.until(due, signal).then(() => false),
      out: async () => {},
    };
    this.ended = this.#untilStopped(this.#play());
  }

  /** Aborts when playing is stopped. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** From now on that is played, too. */
  add(played: Played): void {
    this.#played.push(played);
  }

  /**
   * After all sources have ended, goes on to the instant `at` (epoch ms), leaping if `leap` is set and it is far. Resolves
   * when that instant has come and the last open minute before it has been seen to be over on the socket.
   */
  async finish(at: number): Promise<void> {
    await this.ended;
    await this.#untilStopped(this.#walkTo(at, at).then(() => this.#pace.until(at, this.signal)));
  }

  /** Goes on from there with nothing but signs of life, until it is stopped: who still waits for something shall not miss a vendor. */
  async idle(): Promise<void> {
    await this.#untilStopped(this.#idle());
  }

  /** `ended` then resolves if it had not. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the vendor has been closed'));
    await this.ended;
  }

  async #untilStopped(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error !== this.signal.reason) throw error;
    }
  }

  async #play(): Promise<void> {
    const { ready = Promise.resolve() } = this.#options;
    await Promise.race([ready, once(this.signal, 'abort')]);
    this.#next = minuteOf(this.#options.clock.now());
    for (let next = this.#nextOfAll(); next !== undefined; next = this.#nextOfAll()) {
      this.signal.throwIfAborted();
      await this.#walkTo(next, next + MINUTE - LANDING);
      await this.#send(next);
    }
  }

  async #idle(): Promise<void> {
    for (;;) await this.#send(this.#nextOpen(this.#next));
  }

  /** The next minute after which any source has something to send. */
  #nextOfAll(): number | undefined {
    const nexts = this.#played.flatMap(({ source, delay }) => {
      const next = source.next(this.#next - delay);
      return next === undefined ? [] : [next + delay];
    });
    return nexts.length === 0 ? undefined : Math.min(...nexts);
  }

  /** The next minute, from that one on, that is open in any market, as late as it comes. */
  #nextOpen(from: number): number {
    return Math.min(...this.#played.map(({ calendar, delay }) => calendar.nextOpen(from - delay) + delay));
  }

  /** Passes over minutes without data, up to `end`; a leap sets the clock to `landing`. */
  async #walkTo(end: number, landing: number): Promise<void> {
    if (this.#options.leap && end - this.#next > LONGEST_WAIT) return this.#leapTo(end, landing);
    for (let minute = this.#nextOpen(this.#next); minute < end; minute = this.#nextOpen(minute + MINUTE)) {
      if (this.#played.some(({ keepsAlive }) => keepsAlive())) await this.#send(minute);
    }
    this.#next = Math.max(this.#next, end);
  }

  async #leapTo(end: number, landing: number): Promise<void> {
    const { clock, settle } = this.#options;
    await this.#pace.until(this.#next + Math.max(CALM, clock.perWall(CALM_WALL)), this.signal);
    const open = this.#lastOpenBefore(end);
    const last = open.at(-1);
    const due = last === undefined ? landing : Math.max(landing, last + MINUTE + FIRST_BARS);
    if (due > clock.now()) {
      clock.set({ now: due });
      await settle?.(due);
    }
    for (const minute of open) await this.#send(minute);
    this.#next = end;
  }

  /** Of each market the last open minute that has not been played and lies before `end`, in order. */
  #lastOpenBefore(end: number): number[] {
    const last = this.#played.map(({ calendar, delay }) => {
      const minute = minuteOf(end - 1) - delay;
      const session = calendar.sessionAt(minute);
      return (session.name === CLOSED ? minuteOf(session.start - 1) : minute) + delay;
    });
    return [...new Set(last)].filter(minute => minute >= this.#next).sort((a, b) => a - b);
  }

  async #send(minute: number): Promise<void> {
    const due = minute + MINUTE + FIRST_BARS;
    const atOnce = await this.#pace.burst(due, this.signal);
    await Promise.all(this.#played.map(({ burst, delay }) => burst(minute - delay, due, atOnce)));
    await this.#pace.out();
    this.#next = minute + MINUTE;
  }
}
