/** The week of Thanksgiving 2025 as a simulated market trades it: a holiday, a half day, minutes nobody saw, corrections of days before. */
import { SimulatedMarket } from '../../../../local/simulator/market.ts';
import type { VendorMinute } from '../../../../local/simulator/source.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../../runtime/markets/timeframe.ts';
import type { Entry } from '../../../../runtime/platform/put-records.ts';
import { encodeCoverage, encodeWatermark } from '../../../../runtime/records/encode.ts';
import { minuteBarData } from '../../../../runtime/records/fast/encode.ts';
import { explicitHashKey, slotOf, slotPartitionKey } from '../../../../runtime/records/slot.ts';
import type { ArchivingStage } from './archiving-stage.ts';

const HOUR = 60 * MINUTE;
/** In New York, all of that week. */
const OFFSET = 5 * HOUR;
const calendar = calendarOf('stocks');
/** Minutes that come together: enough to be quick. */
const TOGETHER = 30;
/** Minutes of each day that one slot is not seen in, of which the first are found later: from when on, and how many. */
const BLIND = { from: 14 * HOUR, minutes: 4, found: 2 };

export const WEEK = ['2025-11-24', '2025-11-25', '2025-11-26', '2025-11-27', '2025-11-28'] as const;

/** Midnight in New York, epoch ms. */
export function midnight(date: string): number {
  return Date.parse(date) + OFFSET;
}

export class Thanksgiving {
  readonly market: SimulatedMarket;
  readonly #slots: readonly number[];
  readonly #blindSlot: number;
  readonly #opens: number;

  /** @param opens when a day's trade begins, hours after midnight in New York: in the morning with the first session, or later */
  constructor(symbols: number, opens: number) {
    this.#opens = opens * HOUR;
    this.market = new SimulatedMarket({
      ...{ market: 'stocks', symbols, quietest: 0.05, corrected: 0.01 },
      from: midnight(WEEK[0]),
    });
    this.#slots = [...new Set(this.market.symbols.map(slotOf))];
    [this.#blindSlot = 0] = this.#slots;
  }

  /** Puts a day on the stream, its corrections and those of earlier days with it; up to where the last session ends, every slot is covered. */
  async play(stage: ArchivingStage, date: string, corrected: readonly string[] = []): Promise<void> {
    const day = midnight(date);
    const sessions = calendar
      .sessionsBetween(day, day + 24 * HOUR)
      .filter(({ start }) => calendar.isOpen(start));
    const start = Math.max(sessions[0]?.start ?? day, day + this.#opens);
    const end = Math.min(sessions.at(-1)?.end ?? day, day + 24 * HOUR);
    const late = corrected.flatMap(earlier => this.#correctionsOf(earlier));
    for (let from = start; from < end; from += TOGETHER * MINUTE) {
      const bursts = Array.from({ length: TOGETHER }, (_, n) => from + n * MINUTE);
      const bars = bursts.flatMap(at =>
        this.market.burst(at).flatMap(bar => (this.#isUnseen(bar) ? [] : [entryOf(bar, at)])),
      );
      if (from === start + HOUR) bars.push(...late.map(bar => entryOf(bar, from)));
      if (from === day + BLIND.from + HOUR) bars.push(...this.#found(day, from));
      if (from === day + BLIND.from) bars.push(...this.#marks(day, BLIND.minutes, false, from));
      const to = from + TOGETHER * MINUTE;
      await stage.put(to + 2_000, bars, this.#watermarks(to));
    }
    // The blocks of the evening close, and those of a day without sessions.
    await stage.put(day + 24 * HOUR + 2_000, [], this.#watermarks(day + 24 * HOUR));
  }

  /** What the vendor says days later: some minutes of a tenth of the symbols, all with another high. */
  #correctionsOf(date: string): VendorMinute[] {
    const [from, to] = [midnight(date) + 15 * HOUR, midnight(date) + 15 * HOUR + 3 * MINUTE];
    return this.market.symbols
      .filter((_, index) => index % 10 === 0)
      .flatMap(symbol => this.market.history(symbol, from, to, to + HOUR))
      .map(bar => ({ ...bar, high: bar.high + 1 }));
  }

  /** The first of the minutes that nobody saw, with the marks that say so. */
  #found(day: number, at: number): Entry[] {
    const from = day + BLIND.from;
    const bars = this.market.symbols
      .filter(symbol => slotOf(symbol) === this.#blindSlot)
      .flatMap(symbol => this.market.history(symbol, from, from + BLIND.found * MINUTE, at));
    return [...bars.map(bar => entryOf(bar, at)), ...this.#marks(day, BLIND.found, true, at)];
  }

  #isUnseen({ symbol, start }: VendorMinute): boolean {
    const inDay = (start - OFFSET) % (24 * HOUR);
    const isThen = inDay >= BLIND.from && inDay < BLIND.from + BLIND.minutes * MINUTE;
    return isThen && slotOf(symbol) === this.#blindSlot;
  }

  #marks(day: number, minutes: number, covered: boolean, version: number): Entry[] {
    const slot = this.#blindSlot;
    return Array.from({ length: minutes }, (_, n) => {
      const minute = day + BLIND.from + n * MINUTE;
      return slotEntry(slot, encodeCoverage({ type: 'coverage', slot, minute, covered, version }));
    });
  }

  #watermarks(through: number): Entry[] {
    return this.#slots.map(slot =>
      slotEntry(slot, encodeWatermark({ type: 'watermark', slot, through, epoch: 1 })),
    );
  }
}

/** @param at the minute whose burst carries it, epoch ms */
function entryOf(bar: VendorMinute, at: number): Entry {
  const { name: session } = calendar.sessionAt(bar.start);
  const data = minuteBarData({
    ...{ ...bar, type: 'bar', session, source: 'live', version: at + MINUTE + 1_500 },
  });
  return { partitionKey: bar.symbol, explicitHashKey: explicitHashKey(slotOf(bar.symbol)), data };
}

function slotEntry(slot: number, text: string): Entry {
  const data = Buffer.from(text);
  return { partitionKey: slotPartitionKey(slot), explicitHashKey: explicitHashKey(slot), data };
}
