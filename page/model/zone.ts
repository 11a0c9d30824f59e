/** Instants as clocks on a wall show them. The chart knows no time zones: it is told how far the zone's clock is ahead of UTC. */

export const zoneNames = ['exchange', 'UTC', 'local'] as const;
export type ZoneName = (typeof zoneNames)[number];

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** Offsets remembered: a year of quarters of an hour. */
const REMEMBERED = 35_000;

export class Zone {
  /** IANA name. */
  readonly name: string;
  readonly #parts: Intl.DateTimeFormat;
  readonly #label: Intl.DateTimeFormat;
  /** ms ahead of UTC, by the quarter of an hour: clocks change at no other time. */
  readonly #offsets = new Map<number, number>();

  /** @throws RangeError for a name that this machine does not know */
  constructor(timeZone: string | undefined) {
    const fields = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    this.#parts = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...fields });
    this.#label = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
    this.name = this.#parts.resolvedOptions().timeZone;
  }

  /** ms that the zone's clock is ahead of UTC. */
  offsetAt(ms: number): number {
    const quarter = Math.floor(ms / QUARTER);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const at = quarter * QUARTER;
    const of: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#parts.formatToParts(at)) of[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = of;
    const offset = Date.UTC(year, month - 1, day, hour, minute) - at;
    if (this.#offsets.size >= REMEMBERED) this.#offsets.clear();
    this.#offsets.set(quarter, offset);
    return offset;
  }

  /** `EST`, `UTC`, `GMT+1`: what the zone is called at that time. */
  labelAt(ms: number): string {
    return this.#label.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? this.name;
  }

  /** `09:35` */
  clock(ms: number): string {
    return this.#wall(ms).slice(11, 16);
  }

  /** `09:35:07` */
  clockWithSeconds(ms: number): string {
    return this.#wall(ms).slice(11, 19);
  }

  /** `Thu 20 Nov`, and its year where that is not the one of `now` (epoch ms), or what is now is not known. */
  day(ms: number, now: number | undefined): string {
    const day = this.dayWithYear(ms);
    return now !== undefined && this.year(ms) === this.year(now) ? day.replace(/ \d+$/, '') : day;
  }

  /** `Thu 20 Nov 2025` */
  dayWithYear(ms: number): string {
    const [weekday, day, month, year] = new Date(ms + this.offsetAt(ms)).toUTCString().split(/,? /);
    return `${weekday} ${Number(day)} ${month} ${year}`;
  }

  /** `20 Nov` */
  date(ms: number): string {
    return this.day(ms, ms).replace(/^\w+ /, '');
  }

  year(ms: number): string {
    return this.#wall(ms).slice(0, 4);
  }

  month(ms: number): string {
    return new Date(ms + this.offsetAt(ms)).toUTCString().slice(8, 11);
  }

  #wall(ms: number): string {
    return new Date(ms + this.offsetAt(ms)).toISOString();
  }
}

/** The zone of that choice; a name that this machine does not know becomes UTC. */
export function zoneOf(choice: ZoneName, exchange: string): Zone {
  try {
    return new Zone(choice === 'exchange' ? exchange : choice === 'UTC' ? 'UTC' : undefined);
  } catch {
    return new Zone('UTC');
  }
}
