/** Windows: how each timeframe tiles time, by the clock or by sessions, all of them nested in 4h blocks. */
import { type Calendar, CLOSED } from './calendar.ts';
import type { LocalDay } from './local-days.ts';
import { type Alignment, alignments } from './names.ts';
import { MINUTE, minutesIn, type RolledTimeframe, rolledTimeframes } from './timeframe.ts';

export { type Alignment, alignments };

/** One bar's span `[start, end)`, epoch ms. */
export interface Window {
  readonly timeframe: RolledTimeframe;
  readonly start: number;
  readonly end: number;
  /** Session of the window's first open minute, or `closed`. */
  readonly session: string;
  /** The window's minutes as offsets `[from, to)` from the block's first minute. */
  readonly from: number;
  readonly to: number;
}

/** The 4h window that encloses a minute, with every window of every timeframe in it, ordered by timeframe and start. */
export interface Block {
  readonly start: number;
  readonly end: number;
  /** How many minutes it has: 240, or 180 or 300 across a clock change, or fewer where a session's close cuts it. */
  readonly minutes: number;
  readonly windows: readonly Window[];
  /** For each minute offset the indexes into `windows` of the five windows that hold it. */
  readonly windowsOfMinute: readonly ReadonlySet<number>[];
}

/** Enough for two years of blocks; a bound, not a tuning knob. */
const REMEMBERED_BLOCKS = 4_096;
const BLOCK_HOURS = minutesIn['4h'] / 60;

export class Windows {
  readonly calendar: Calendar;
  readonly alignment: Alignment;
  readonly #blocks = new Map<number, Block>();
  /** Starts of the clock's blocks of a local day, and the day's end, by the day's number. */
  readonly #edges = new Map<number, readonly number[]>();
  /** `windowsOfMinute` of blocks of so many minutes: it takes more room than all else of a block, and is the same for all of one length. */
  readonly #holders = new Map<number, readonly ReadonlySet<number>[]>();
  #last: Block | undefined;

  constructor(calendar: Calendar, alignment: Alignment) {
    this.calendar = calendar;
    this.alignment = alignment;
  }

  /** The block that holds the instant (epoch ms). */
  blockOf(ms: number): Block {
    if (this.#last && ms >= this.#last.start && ms < this.#last.end) return this.#last;
    const [start, end] = this.alignment === 'clock' ? this.#clockSpan(ms) : this.#sessionSpan(ms);
    let block = this.#blocks.get(start);
    if (!block) {
      block = this.#build(start, end);
      if (this.#blocks.size >= REMEMBERED_BLOCKS) this.#blocks.clear();
      this.#blocks.set(start, block);
    }
    this.#last = block;
    return block;
  }

  /** The window of that timeframe that holds the instant (epoch ms). */
  windowOf(ms: number, timeframe: RolledTimeframe): Window {
    const window = this.blockOf(ms).windows.find(
      w => w.timeframe === timeframe && ms >= w.start && ms < w.end,
    );
    if (!window) throw new RangeError(`no ${timeframe} window holds ${ms}`);
    return window;
  }

  /** Four hours of wall clock from local midnight on: three or five hours of time across a clock change. */
  #clockSpan(ms: number): [number, number] {
    const day = this.calendar.days.at(ms);
    const edges = this.#edgesOf(day);
    const next = edges.findIndex(edge => ms < edge);
    return [edges[next - 1] ?? day.start, edges[next] ?? day.end];
  }

  #edgesOf(day: LocalDay): readonly number[] {
    const known = this.#edges.get(day.number);
    if (known) return known;
    const edges = Array.from({ length: 24 / BLOCK_HOURS + 1 }, (_, i) =>
      this.calendar.days.wallClock(day, i * minutesIn['4h']),
    );
    if (this.#edges.size >= REMEMBERED_BLOCKS) this.#edges.clear();
    this.#edges.set(day.number, edges);
    return edges;
  }

  /** Four hours of time from the start of the session, or of the closed span between two sessions. */
  #sessionSpan(ms: number): [number, number] {
    const session = this.calendar.sessionAt(ms);
    const length = minutesIn['4h'] * MINUTE;
    const start = session.start + Math.floor((ms - session.start) / length) * length;
    return [start, Math.min(start + length, session.end)];
  }

  #build(start: number, end: number): Block {
    const minutes = (end - start) / MINUTE;
    const sessions = this.calendar.sessionsBetween(start, end);
    const windows = rolledTimeframes.flatMap(timeframe => {
      const length = timeframe === '4h' ? minutes : minutesIn[timeframe];
      return Array.from({ length: Math.ceil(minutes / length) }, (_, i): Window => {
        const [from, to] = [i * length, Math.min((i + 1) * length, minutes)];
        const span = { start: start + from * MINUTE, end: start + to * MINUTE };
        const first = sessions.find(s => s.name !== CLOSED && s.start < span.end && s.end > span.start);
        return { timeframe, ...span, session: first?.name ?? CLOSED, from, to };
      });
    });
    const windowsOfMinute = this.#holders.get(minutes) ?? holdersIn(windows);
    this.#holders.set(minutes, windowsOfMinute);
    return { start, end, minutes, windows, windowsOfMinute };
  }
}

/** Windows nest, so the minutes of a 5m window share all of theirs, and one set of them. */
function holdersIn(windows: readonly Window[]): readonly ReadonlySet<number>[] {
  return windows
    .filter(w => w.timeframe === '5m')
    .flatMap(({ from, to }) => {
      const holders = new Set(windows.flatMap((w, index) => (w.from <= from && to <= w.to ? [index] : [])));
      return Array.from({ length: to - from }, () => holders);
    });
}
