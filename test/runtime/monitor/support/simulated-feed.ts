/** A feed as the monitor reads it from the tables, made up from the calendar and a list of outages. */
import { type Calendar, CLOSED } from '../../../../runtime/markets/calendar.ts';
import { MINUTE, minuteOf } from '../../../../runtime/markets/timeframe.ts';
import type { SlotReading } from '../../../../runtime/tables/chunks/slot-reader.ts';
import type { Memory } from '../../../../runtime/tables/monitor-memory.ts';
import { Random } from '../../../support/random.ts';

/** A span `[from, to)`, epoch ms, in which nothing is published; what was missed comes at its end. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** How long after a minute's end its watermark is there, ms. */
const WATERMARK_AFTER = 7_000;

export class SimulatedFeed {
  readonly #calendar: Calendar;
  readonly #delay: number;
  readonly #outages: readonly Outage[];

  constructor(calendar: Calendar, delay: number, outages: readonly Outage[] = []) {
    this.#calendar = calendar;
    this.#delay = delay;
    this.#outages = outages;
  }

  /** What the newest chunks of a slot say at the instant. */
  slotAt(slot: number, at: number): SlotReading {
    const through = this.#throughAt(at);
    return {
      through,
      emitted: this.#throughAt(at - MINUTE),
      symbols: this.#symbols(slot, through - MINUTE),
      uncovered: new Map(),
    };
  }

  /** Every eighth minute or so one arrives late enough to be seen, never two in a row. */
  #throughAt(at: number): number {
    const outage = this.#outages.find(({ from, to }) => at >= from && at < to);
    const seen = (outage ? outage.from : at) - this.#delay - WATERMARK_AFTER;
    const last = minuteOf(seen);
    const isLate = !outage && (last / MINUTE) % 8 === 3 && this.#calendar.isOpen(last);
    return isLate ? last - MINUTE : last;
  }

  #symbols(slot: number, minute: number): number {
    const session = this.#calendar.sessionAt(minute);
    if (session.name === CLOSED) return 0;
    const usual = session.name === 'regular' ? 100 : 20;
    return Math.round(usual * (0.9 + 0.2 * new Random(slot + minute / MINUTE).next()));
  }
}

/** A memory without a table. */
export function emptyMemory(): Memory {
  const notes = new Map<string, unknown>();
  return {
    get: async key => notes.get(key),
    put: async (key, note) => void notes.set(key, note),
  };
}
