/** Exchange-local time as the JavaScript engine's own time-zone data has it: a second opinion on ours. */

/** A wall-clock reading in some time zone. */
export interface WallClock {
  /** Midnight UTC of the local date. */
  readonly date: Date;
  /** Minutes after local midnight by the clock on the wall. */
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock in `timeZone` shows at the instant `ms` (epoch ms). */
export function wallClock(ms: number, timeZone: string): WallClock {
  const known = formats.get(timeZone);
  const format =
    known ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  formats.set(timeZone, format);
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0] =
    format.format(ms).match(/\d+/g)?.map(Number) ?? [];
  return { date: new Date(Date.UTC(year, month - 1, day)), minutes: hour * 60 + minute };
}
