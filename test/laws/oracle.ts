/** The second opinion: windows from hand-written sessions and wall clocks, bars from the final set of minutes. Shares no code with the roll-up. */
import type { Coverage, MinuteBar } from '../../runtime/records/bar.ts';
import type { Scenario, Span } from './scenarios.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const lengths = {
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
} as const;
export type Timeframe = keyof typeof lengths;
const isTimeframe = (text: string): text is Timeframe => text in lengths;
export const timeframes: readonly Timeframe[] = Object.keys(lengths).filter(isTimeframe);

/** A bar as the record of it must read, `final` aside. */
export type ExpectedBar = Readonly<Record<string, string | number>>;

export class Oracle {
  readonly #scenario: Scenario;
  readonly #wallClock: Intl.DateTimeFormat;
  readonly #starts = new Map<number, number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const { timeZone } = scenario;
    this.#wallClock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  }

  /** The window of that timeframe that holds the minute. */
  window(minute: number, timeframe: Timeframe): Span {
    const length = lengths[timeframe];
    const [start, end] =
      this.#scenario.alignment === 'session'
        ? this.#cutBySession(minute, length)
        : this.#onTheClock(minute, length);
    return { name: this.#sessionOf(start, end), start, end };
  }

  /** Every bar that the minutes and marks amount to, by identity. Of each minute and mark only the newest may be given. */
  bars(minutes: readonly MinuteBar[], marks: readonly Coverage[], slotOf: (symbol: string) => number) {
    const bars = new Map<string, ExpectedBar>();
    for (const timeframe of timeframes) {
      const groups = Map.groupBy(minutes, ({ symbol, start }) =>
        identity(symbol, timeframe, this.window(start, timeframe).start),
      );
      for (const [key, group] of groups) {
        const [first] = group;
        if (!first) continue;
        const window = this.window(first.start, timeframe);
        const own = marks.filter(
          mark =>
            mark.minute >= window.start &&
            mark.minute < window.end &&
            (mark.symbol === undefined ? mark.slot === slotOf(first.symbol) : mark.symbol === first.symbol),
        );
        bars.set(
          key,
          barOf(
            timeframe,
            window,
            group.toSorted((a, b) => a.start - b.start),
            own,
          ),
        );
      }
    }
    return bars;
  }

  #cutBySession(minute: number, length: number): [number, number] {
    const session = this.#spanAt(minute);
    const start = session.start + Math.floor((minute - session.start) / length) * length;
    return [start, Math.min(start + length, session.end)];
  }

  /** Hours begin on the hour everywhere; what is longer begins with four hours of the wall clock, and is cut at their end. */
  #onTheClock(minute: number, length: number): [number, number] {
    if (length <= HOUR) {
      const start = Math.floor(minute / length) * length;
      return [start, start + length];
    }
    const hour = Math.floor(minute / HOUR) * HOUR;
    const start = this.#starts.get(hour) ?? this.#lastHourLike(hour, -HOUR);
    this.#starts.set(hour, start);
    const end = this.#lastHourLike(hour, HOUR) + HOUR;
    if (length === lengths['4h']) return [start, end];
    const from = start + Math.floor((minute - start) / length) * length;
    return [from, Math.min(from + length, end)];
  }

  /** The furthest hour in that direction that lies in the same four hours of the same local day. */
  #lastHourLike(hour: number, step: number): number {
    const group = this.#fourHours(hour);
    let last = hour;
    while (this.#fourHours(last + step) === group) last += step;
    return last;
  }

  #fourHours(hour: number): string {
    const [date, time = ''] = this.#wallClock.format(hour).split(' ');
    return `${date} ${Math.floor(Number(time.slice(0, 2)) / 4)}`;
  }

  #sessionOf(start: number, end: number): string {
    for (let minute = start; minute < end; minute += MINUTE) {
      const span = this.#scenario.spans.find(each => minute >= each.start && minute < each.end);
      if (span && span.name !== 'closed') return span.name;
    }
    return 'closed';
  }

  #spanAt(minute: number): Span {
    const span = this.#scenario.spans.find(({ start, end }) => minute >= start && minute < end);
    if (!span)
      throw new RangeError(`${new Date(minute).toISOString()} lies outside of ${this.#scenario.title}`);
    return span;
  }
}

export function identity(symbol: string, timeframe: string, start: number): string {
  return `${symbol} ${timeframe} ${new Date(start).toISOString()}`;
}

function barOf(timeframe: Timeframe, window: Span, minutes: MinuteBar[], marks: Coverage[]): ExpectedBar {
  const withVolume = minutes.filter(minute => Number(minute.volume) > 0);
  const priced = withVolume.length > 0 ? withVolume : minutes;
  const present = new Set(minutes.map(minute => minute.start));
  const blind = new Set(marks.map(mark => mark.minute).filter(at => !present.has(at) && isBlind(at, marks)));
  const shares = withVolume.reduce((sum, minute) => sum + Number(minute.volume), 0);
  const notional = withVolume.reduce((sum, { vwap = Number.NaN, volume }) => sum + vwap * Number(volume), 0);
  const trades = minutes.reduce((sum, minute) => sum + (minute.trades ?? Number.NaN), 0);
  return {
    type: 'bar',
    schema: 1,
    symbol: minutes[0]?.symbol ?? '',
    timeframe,
    start: window.start,
    end: window.end,
    open: priced[0]?.open ?? Number.NaN,
    high: Math.max(...priced.map(minute => minute.high)),
    low: Math.min(...priced.map(minute => minute.low)),
    close: priced.at(-1)?.close ?? Number.NaN,
    volume: sumOfVolumes(minutes.map(minute => minute.volume)),
    ...(Number.isNaN(notional / shares) ? {} : { vwap: notional / shares }),
    ...(Number.isNaN(trades) ? {} : { trades }),
    minutes: minutes.length,
    uncovered: blind.size,
    session: window.name,
    version: [...minutes, ...marks].reduce((sum, { version }) => sum + version, 0),
  };
}

/** The newest mark decides; of two equally new ones that of the symbol. */
function isBlind(minute: number, marks: Coverage[]): boolean {
  const newest = marks
    .filter(mark => mark.minute === minute)
    .reduce((a, b) => (b.version > a.version || (b.version === a.version && b.symbol) ? b : a));
  return !newest.covered;
}

const DIGITS = 18;

/** Exact, by whole numbers of 10^-18. */
export function sumOfVolumes(volumes: readonly string[]): string {
  const sum = volumes
    .reduce((total, volume) => total + units(volume), 0n)
    .toString()
    .padStart(DIGITS + 1, '0');
  const fraction = sum.slice(-DIGITS).replace(/0+$/, '');
  return sum.slice(0, -DIGITS) + (fraction && `.${fraction}`);
}

function units(volume: string): bigint {
  const [whole = '', fraction = ''] = volume.split('.');
  return BigInt(whole + fraction.padEnd(DIGITS, '0'));
}
