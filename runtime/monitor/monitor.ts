/** One look at a feed: how fresh, how complete and in whose hands it is. */
import { CLOSED } from '../markets/calendar.ts';
import { MINUTE, minuteOf } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';
import { type SlotReading, uncoveredMinutes } from '../tables/chunks/slot-reader.ts';
import { delistedAt } from '../tables/delisted-note.ts';
import type { Halt } from '../tables/lease/halt-table.ts';
import type { LeaseReading } from '../tables/lease/lease-table.ts';
import type { Memory } from '../tables/monitor-memory.ts';
import type { CatchUp } from './catch-up.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { type LeaseValues, watchLease } from './lease-watch.ts';
import { Usual } from './usual.ts';

const DAY = 86_400_000;
/** The calendar's rules were made for the years up to 2040. */
const RULES_END = Date.UTC(2041, 0, 1);
/** Where it is remembered since when this feed is watched. */
const FIRST_LOOK = 'first look';
/** The minute before the last one may still be on its way; what is complete is the one before that. */
const COMPLETE_AFTER = 2 * MINUTE;

export interface MonitorOptions {
  readonly windows: Windows;
  /** The slots that hold a symbol of the feed, where its lease does not say which. */
  readonly slots: readonly number[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** Reads how far a slot is, at an instant of an exchange's day that began at `dayStart`. */
  readonly readSlot: (slot: number, at: number, dayStart: number) => Promise<SlotReading>;
  readonly readLease: () => Promise<LeaseReading | undefined>;
  /** Reads who was in a trading halt at an instant of the market, epoch ms. */
  readonly readHalts: (at: number) => Promise<readonly Pick<Halt, 'symbol'>[]>;
  readonly memory: Memory;
  /** Epoch ms. @default the machine's */
  readonly wallClock?: () => number;
}

/** What one look found. */
export interface Look extends Freshness {
  /** Minutes of the exchange's day that stand uncovered. */
  readonly uncoveredMinutes: number;
  /** Symbols with a bar of the last complete minute; 0 while the market is closed. */
  readonly symbols: number;
  /** Absent while nothing can be said about it. */
  readonly symbolsRatio?: number;
  /** Absent while there is no lease. */
  readonly lease?: LeaseValues;
  readonly calendarDaysLeft: number;
}

export class Monitor {
  readonly #options: MonitorOptions;
  readonly #usual: Usual;
  #since: number | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#usual = new Usual(options.memory);
  }

  /**
   * @param at the present, epoch ms of event time
   * @throws when a table cannot be read
   */
  async look(at: number): Promise<Look> {
    const { windows, slots, delay, readSlot, readLease, memory, wallClock = Date.now } = this.#options;
    const now = at - delay;
    const { start: dayStart } = windows.calendar.days.at(now);
    const reading = await readLease();
    const lease = reading && (await watchLease(memory, reading, { at, wall: wallClock() }));
    const readings = await Promise.all((reading?.slots ?? slots).map(slot => readSlot(slot, at, dayStart)));
    return {
      ...freshnessOf(readings, windows, now, {
        watchedSince: await this.#watchedSince(now),
        ...(lease?.catchUp && { catchUp: asShown(lease.catchUp, delay) }),
      }),
      uncoveredMinutes: uncoveredMinutes(readings),
      ...(await this.#symbols(readings, now, lease?.isCatchingUp ?? false)),
      ...(lease && { lease }),
      calendarDaysLeft: Math.floor((RULES_END - now) / DAY),
    };
  }

  /** The first look is remembered for good: a feed that has not started yet is not late. */
  async #watchedSince(now: number): Promise<number> {
    const { memory } = this.#options;
    if (this.#since === undefined) {
      const known = await memory.get(FIRST_LOOK);
      this.#since = typeof known === 'number' ? known : now;
      if (known === undefined) await memory.put(FIRST_LOOK, now, 'for ever');
    }
    return this.#since;
  }

  async #symbols(
    readings: readonly SlotReading[],
    now: number,
    isCatchingUp: boolean,
  ): Promise<Pick<Look, 'symbols' | 'symbolsRatio'>> {
    const minute = minuteOf(now) - COMPLETE_AFTER;
    const { name: session, start } = this.#options.windows.calendar.sessionAt(minute);
    if (session === CLOSED) return { symbols: 0 };
    const upToDate = readings.filter(({ through }) => through > minute);
    const symbols = upToDate.reduce((sum, reading) => sum + reading.symbols, 0);
    // Slots that wait for a gap to be filled lack nobody.
    if (isCatchingUp) return { symbols };
    const offset = (minute - start) / MINUTE;
    const quiet = await this.#quiet(now, minute);
    const symbolsRatio = await this.#usual.ratio({ session, offset, start }, symbols, quiet);
    return { symbols, ...(symbolsRatio === undefined ? {} : { symbolsRatio }) };
  }

  /** How many symbols have no bar of the minute for a known reason. */
  async #quiet(now: number, minute: number): Promise<number> {
    const { memory, readHalts } = this.#options;
    const [delisted, halted] = await Promise.all([delistedAt(memory, now), readHalts(minute)]);
    return new Set([...delisted, ...halted.map(({ symbol }) => symbol)]).size;
  }
}

/** By the market's time that a late feed shows. */
function asShown(catchUp: CatchUp, delay: number): CatchUp {
  return { ...catchUp, progressed: catchUp.progressed - delay };
}
