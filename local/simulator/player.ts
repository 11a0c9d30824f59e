/** Walks a source through event time, minute by minute, and leaps over long holes when told to. */
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

export interface PlayerOptions {
  readonly clock: EventClock;
  readonly calendar: Calendar;
  readonly source: Source;
  /** Event ms by which the whole feed is late. */
  readonly delay: number;
  readonly leap: boolean;
  /** Awaited after every leap, before anything more is sent. */
  readonly settle: (now: number) => Promise<void>;
  /** @default time goes as the clock goes */
  readonly pace?: Pace;
  /** Sends the burst of a minute, due at that instant, all at once where time stands, and resolves when all of it is out. */
  readonly burst: (minute: number, due: number, atOnce: boolean) => Promise<void>;
  /** Whether somebody must hear of open minutes in which the source has nothing. */
  readonly keepsAlive: () => boolean;
  readonly signal: AbortSignal;
}

export class Player {
  readonly #options: PlayerOptions;
  readonly #pace: Pace;
  /** The first minute whose burst has not been sent. */
  #next: number;

  constructor(options: PlayerOptions) {
    const { clock } = options;
    this.#options = options;
    this.#pace = options.pace ?? {
      until: (at, signal) => clock.until(at, signal),
      burst: (due, signal) => clock.until(due, signal).then(() => false),
      out: async () => {},
    };
    this.#next = minuteOf(clock.now());
  }

  /** The last minute whose burst REST knows of at this instant of event time, where it is `lag` ms behind the socket. */
  through(lag = 0): number {
    const { clock, delay } = this.#options;
    return minuteOf(clock.now() - FIRST_BARS - delay - lag) - MINUTE;
  }

  /** Plays all that the source has. @throws the signal's reason */
  async play(): Promise<void> {
    const { source, signal } = this.#options;
    for (let next = source.next(this.#next); next !== undefined; next = source.next(this.#next)) {
      signal.throwIfAborted();
      await this.#walkTo(next, next + MINUTE - LANDING);
      await this.#send(next);
    }
  }

  /**
   * Goes on to the instant `at` (epoch ms) after the source has ended: leaps there if that is far and leaping was asked
   * for. Resolves when the last open minute before it has been proven to be over. @throws the signal's reason
   */
  async finish(at: number): Promise<void> {
    await this.#walkTo(at, at);
    await this.#pace.until(at, this.#options.signal);
  }

  /** Passes over minutes without data, up to `end`; a leap sets the clock to `landing`. */
  async #walkTo(end: number, landing: number): Promise<void> {
    const { calendar, keepsAlive, leap } = this.#options;
    if (leap && end - this.#next > LONGEST_WAIT) return this.#leapTo(end, landing);
    for (
      let minute = calendar.nextOpen(this.#next);
      minute < end;
      minute = calendar.nextOpen(minute + MINUTE)
    ) {
      if (keepsAlive()) await this.#send(minute);
    }
    this.#next = Math.max(this.#next, end);
  }

  async #leapTo(end: number, landing: number): Promise<void> {
    const { clock, settle, delay, signal } = this.#options;
    await this.#pace.until(this.#next + delay + Math.max(CALM, clock.perWall(CALM_WALL)), signal);
    const open = this.#lastOpenBefore(end);
    const due = open === undefined ? landing : Math.max(landing, open + MINUTE + FIRST_BARS + delay);
    if (due > clock.now()) {
      clock.set({ now: due });
      await settle(due);
    }
    if (open !== undefined) await this.#send(open);
    this.#next = end;
  }

  /** The last open minute that has not been played and lies before `end`. */
  #lastOpenBefore(end: number): number | undefined {
    const minute = minuteOf(end - 1);
    const session = this.#options.calendar.sessionAt(minute);
    const open = session.name === CLOSED ? minuteOf(session.start - 1) : minute;
    return open >= this.#next ? open : undefined;
  }

  async #send(minute: number): Promise<void> {
    const { delay, burst, signal } = this.#options;
    const due = minute + MINUTE + FIRST_BARS + delay;
    const atOnce = await this.#pace.burst(due, signal);
    await burst(minute, due, atOnce);
    await this.#pace.out();
    this.#next = minute + MINUTE;
  }
}
