/** Instants as people at an exchange read them, beside UTC. */

const DATE_AND_TIME = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
} as const;

export interface WallTime {
  /** `2025-11-20`. */
  readonly date: string;
  /** `09:30:12`. */
  readonly time: string;
  /** `EST`. */
  readonly zone: string;
}

export class ExchangeTime {
  readonly #format: Intl.DateTimeFormat;

  /** @param timeZone IANA name */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { ...DATE_AND_TIME, timeZone });
  }

  at(ms: number): WallTime {
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
    return {
      date: `${of('year')}-${of('month')}-${of('day')}`,
      time: `${of('hour')}:${of('minute')}:${of('second')}`,
      zone: of('timeZoneName'),
    };
  }

  /** `2025-11-20 09:30:12 EST   14:30:12 UTC`; UTC alone where that is the exchange's own. */
  text(ms: number): string {
    const { date, time, zone } = this.at(ms);
    const utc = new Date(ms).toISOString().slice(11, 19);
    return zone === 'UTC' ? `${date} ${utc} UTC` : `${date} ${time} ${zone}   ${utc} UTC`;
  }

  /** `2025-11-20 09:30–09:35 EST, 14:30 UTC` for `[start, end)`. */
  span(start: number, end: number): string {
    const { date, time, zone } = this.at(start);
    const span = `${date} ${time.slice(0, 5)}–${this.at(end).time.slice(0, 5)} ${zone}`;
    return zone === 'UTC' ? span : `${span}, ${new Date(start).toISOString().slice(11, 16)} UTC`;
  }
}
