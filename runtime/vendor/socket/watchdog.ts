/** Notices a connection that is open and carries nothing, which at night and on holidays is as it should be. */
import type { Calendar } from '../../markets/calendar.ts';

const MINUTE = 60_000;

/** Longest silence in a session, in ms of event time. A liquid symbol's bar comes once a minute, seconds after the minute. */
const LIQUID_LIMIT = 85_000;
/** Before and after the regular session, and where nothing liquid is subscribed to, minutes without a trade are common. */
const THIN_LIMIT = 10 * MINUTE;
/** A clock that runs fast must not call a pause of the machine silence: least silence in ms of wall time. */
const WALL_MINIMUM = 2_000;

/** What all complaints begin with. */
export const NO_DATA = 'no data';

export interface WatchdogOptions {
  readonly calendar: Calendar;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
}

/** Times are passed in: `now` epoch ms of event time, `wall` ms of a monotonic clock. */
export class Watchdog {
  readonly #calendar: Calendar;
  readonly #delay: number;
  #since = Number.NEGATIVE_INFINITY;
  #wallSince = Number.NEGATIVE_INFINITY;

  constructor({ calendar, delay }: WatchdogOptions) {
    this.#calendar = calendar;
    this.#delay = delay;
  }

  /** Data came, or the subscription has just come to stand. Statuses and pings are not data. */
  heard(now: number, wall: number): void {
    this.#since = now;
    this.#wallSince = wall;
  }

  /** @param liquid whether something that trades every minute is subscribed to. @returns a sentence when the silence is not normal. */
  complaint(now: number, wall: number, liquid: boolean): string | undefined {
    const session = this.#calendar.sessionAt(now - this.#delay);
    if (!this.#calendar.isOpen(session.start)) return undefined;
    const silence = now - Math.max(this.#since, session.start + this.#delay);
    const limit = liquid && session.name === 'regular' ? LIQUID_LIMIT : THIN_LIMIT;
    if (silence <= limit || wall - this.#wallSince < WALL_MINIMUM) return undefined;
    return `${NO_DATA} for ${Math.round(silence / 1000)} s in the ${session.name} session`;
  }
}
