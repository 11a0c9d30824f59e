/** A set of minutes of many symbols, a bit each: a day of one symbol takes 180 bytes, however much it trades. */
import { MINUTE } from '../../runtime/markets/timeframe.ts';

const MINUTES_A_DAY = 1_440;
const BITS = 8;

export class MinuteSet {
  /** By symbol and by day since 1970, a bit for each minute. */
  readonly #days = new Map<string, Map<number, Uint8Array>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param start of the minute, epoch ms. @returns whether it is new */
  add(symbol: string, start: number): boolean {
    const minute = start / MINUTE;
    const day = Math.floor(minute / MINUTES_A_DAY);
    const bits = this.#dayOf(symbol, day);
    const [byte, bit] = placeOf(minute);
    const before = bits[byte] ?? 0;
    bits[byte] = before | bit;
    if (before === bits[byte]) return false;
    this.#size++;
    return true;
  }

  has(symbol: string, start: number): boolean {
    const minute = start / MINUTE;
    const [byte, bit] = placeOf(minute);
    const bits = this.#days.get(symbol)?.get(Math.floor(minute / MINUTES_A_DAY));
    return ((bits?.[byte] ?? 0) & bit) !== 0;
  }

  #dayOf(symbol: string, day: number): Uint8Array {
    const days = this.#days.get(symbol) ?? new Map<number, Uint8Array>();
    if (days.size === 0) this.#days.set(symbol, days);
    const bits = days.get(day) ?? new Uint8Array(MINUTES_A_DAY / BITS);
    days.set(day, bits);
    return bits;
  }
}

function placeOf(minute: number): [byte: number, bit: number] {
  const ofDay = minute % MINUTES_A_DAY;
  return [Math.floor(ofDay / BITS), 1 << (ofDay % BITS)];
}
