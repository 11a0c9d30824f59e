/** Days of one time zone as spans of epoch ms, remembered so that hot paths do no time-zone arithmetic. */
import { Temporal } from 'temporal-polyfill';

const DAY = 86_400_000;

/** One local calendar day. Days across a clock change are 23 or 25 hours long. */
export interface LocalDay {
  /** Whole days since 1970-01-01 of the local date. */
  readonly number: number;
  readonly date: Temporal.PlainDate;
  readonly start: number;
  readonly end: number;
}

export class LocalDays {
  readonly timeZone: string;
  readonly #days = new Map<number, LocalDay>();
  #last: LocalDay | undefined;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** The local day that holds an instant (epoch ms). */
  at(ms: number): LocalDay {
    if (this.#last && ms >= this.#last.start && ms < this.#last.end) return this.#last;
    let day = this.numbered(Math.floor(ms / DAY));
    while (ms < day.start) day = this.numbered(day.number - 1);
    while (ms >= day.end) day = this.numbered(day.number + 1);
    this.#last = day;
    return day;
  }

  /** The local day whose date is that many days after 1970-01-01. */
  numbered(number: number): LocalDay {
    const known = this.#days.get(number);
    if (known) return known;
    const date = Temporal.PlainDate.from('1970-01-01').add({ days: number });
    const day = { number, date, start: this.#midnight(date), end: this.#midnight(date.add({ days: 1 })) };
    this.#days.set(number, day);
    return day;
  }

  /** The instant (epoch ms) of a wall-clock time of that day, given in minutes after midnight; 1440 is the day's end. */
  wallClock(day: LocalDay, minutes: number): number {
    if (minutes === 1440) return day.end;
    const plainTime = { hour: Math.floor(minutes / 60), minute: minutes % 60 };
    return day.date.toZonedDateTime({ timeZone: this.timeZone, plainTime }).epochMilliseconds;
  }

  #midnight(date: Temporal.PlainDate): number {
    return date.toZonedDateTime({ timeZone: this.timeZone }).epochMilliseconds;
  }
}
