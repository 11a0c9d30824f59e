/** Counts what is on the streams: distinct minutes and bars, uncovered minutes, and how far each slot has come. */

import type { Market } from '../../runtime/markets/names.ts';
import { type RolledTimeframe, rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import type { Coverage, RolledBar } from '../../runtime/records/bar.ts';
import { decodeMinuteRecord, decodeRolledBar } from '../../runtime/records/decode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { MinuteSet } from './minute-set.ts';

/** A minute of one symbol; `start` in epoch ms. */
export interface SymbolMinute {
  readonly symbol: string;
  readonly start: number;
}

export class Tally {
  readonly #market: Market;
  readonly #minutes = new MinuteSet();
  readonly #bars = new Map<RolledTimeframe, MinuteSet>(
    rolledTimeframes.map(timeframe => [timeframe, new MinuteSet()]),
  );
  readonly #marks = new Map<string, Coverage>();
  #uncovered = 0;
  readonly #through = new Map<number, number>();
  #newest = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  /** Takes a record of the minutes stream; what is not one of ours is the roll-up's to refuse. */
  takeMinuteRecord(text: string): void {
    const record = decodeMinuteRecord(text, this.#market);
    if (record.type === 'bar') {
      this.#minutes.add(record.symbol, record.start);
      this.#newest = Math.max(this.#newest, record.start);
    } else if (record.type === 'watermark') {
      this.#through.set(record.slot, Math.max(record.through, this.#through.get(record.slot) ?? 0));
    } else if (record.type === 'coverage') this.#takeMark(record);
  }

  /** Takes a record of the bars stream. @returns the bar when its identity is new */
  takeBar(text: string): RolledBar | undefined {
    const bar = decodeRolledBar(text);
    if ('type' in bar) throw new Error(`the bars stream carries what is no bar: ${bar.reason}`);
    return this.#bars.get(bar.timeframe)?.add(bar.symbol, bar.start) ? bar : undefined;
  }

  /** Distinct minutes, by symbol and start, on the minutes stream. */
  get minutes(): number {
    return this.#minutes.size;
  }

  /** Distinct bars, by symbol and start, on the bars stream. */
  barsOf(timeframe: RolledTimeframe): number {
    return this.#bars.get(timeframe)?.size ?? 0;
  }

  /** Distinct bars of all timeframes. */
  get bars(): number {
    return rolledTimeframes.reduce((sum, timeframe) => sum + this.barsOf(timeframe), 0);
  }

  /** Marks that say uncovered and that no newer one has taken back. */
  get uncovered(): number {
    return this.#uncovered;
  }

  /** End of the newest minute on the stream, epoch ms; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** The highest watermark of a slot, epoch ms; 0 before the first. */
  through(slot: number): number {
    return this.#through.get(slot) ?? 0;
  }

  /** The lowest watermark of the slots that have one, epoch ms; 0 before the first. */
  get lowestThrough(): number {
    return this.#through.size === 0 ? 0 : Math.min(...this.#through.values());
  }

  /** Whether the minute is on the stream, or declared uncovered for its slot or symbol. */
  accountsFor({ symbol, start }: SymbolMinute): boolean {
    if (this.#minutes.has(symbol, start)) return true;
    return [symbol, slotOf(symbol)].some(of => this.#marks.get(markKey(start, of))?.covered === false);
  }

  #takeMark(mark: Coverage): void {
    const key = markKey(mark.minute, mark.symbol ?? mark.slot);
    const before = this.#marks.get(key);
    if (before && before.version > mark.version) return;
    this.#marks.set(key, mark);
    this.#uncovered += Number(!mark.covered) - Number(before?.covered === false);
  }
}

const markKey = (minute: number, of: string | number) =>
  `${typeof of === 'string' ? 'symbol' : 'slot'} ${of}@${minute}`;
