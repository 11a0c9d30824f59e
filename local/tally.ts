/** Counts what is on the streams: distinct minutes and bars, uncovered minutes, and how far each slot has come. */
import type { Coverage, RolledBar } from '../runtime/bars/bar.ts';
import { decodeMinuteRecord, decodeRolledBar } from '../runtime/bars/decode.ts';
import type { Market } from '../runtime/bars/names.ts';
import { slotOf } from '../runtime/bars/slot.ts';
import { type RolledTimeframe, rolledTimeframes } from '../runtime/bars/timeframe.ts';

/** A minute of one symbol; `start` in epoch ms. */
export interface SymbolMinute {
  readonly symbol: string;
  readonly start: number;
}

export class Tally {
  readonly #market: Market;
  readonly #minutes = new Map<string, Set<number>>();
  readonly #bars = new Map<RolledTimeframe, Set<string>>(
    rolledTimeframes.map(timeframe => [timeframe, new Set()]),
  );
  readonly #marks = new Map<string, Coverage>();
  readonly #through = new Map<number, number>();
  #minuteCount = 0;
  #newest = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  /** Takes a record of the minutes stream; what is not one of ours is the roll-up's to refuse. */
  takeMinuteRecord(text: string): void {
    const record = decodeMinuteRecord(text, this.#market);
    if (record.type === 'bar') this.#takeMinute(record);
    else if (record.type === 'watermark') {
      this.#through.set(record.slot, Math.max(record.through, this.#through.get(record.slot) ?? 0));
    } else if (record.type === 'coverage') {
      const key = markKey(record.minute, record.symbol ?? record.slot);
      if (record.version >= (this.#marks.get(key)?.version ?? 0)) this.#marks.set(key, record);
    }
  }

  /** Takes a record of the bars stream. @returns the bar when its identity is new */
  takeBar(text: string): RolledBar | undefined {
    const bar = decodeRolledBar(text);
    if ('type' in bar) throw new Error(`the bars stream carries what is no bar: ${bar.reason}`);
    const identities = this.#bars.get(bar.timeframe);
    const identity = `${bar.symbol}@${bar.start}`;
    if (identities === undefined || identities.has(identity)) return undefined;
    identities.add(identity);
    return bar;
  }

  /** Distinct minutes, by symbol and start, on the minutes stream. */
  get minutes(): number {
    return this.#minuteCount;
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
    return [...this.#marks.values()].filter(mark => !mark.covered).length;
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
    if (this.#minutes.get(symbol)?.has(start)) return true;
    return [symbol, slotOf(symbol)].some(of => this.#marks.get(markKey(start, of))?.covered === false);
  }

  #takeMinute({ symbol, start }: SymbolMinute): void {
    const starts = this.#minutes.get(symbol) ?? new Set();
    this.#minutes.set(symbol, starts);
    if (!starts.has(start)) this.#minuteCount++;
    starts.add(start);
    this.#newest = Math.max(this.#newest, start);
  }
}

const markKey = (minute: number, of: string | number) =>
  `${typeof of === 'string' ? 'symbol' : 'slot'} ${of}@${minute}`;
