/** The vendor's frames of a made-up market, minute after minute, with every field that it is known to send. */
import { encodeBar } from '../local/simulator/events.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { decimalFrom, unitsAt } from '../runtime/records/decimal.ts';
import { sampleBar } from './sample.ts';

/** As many as the vendor puts into one of the frames of a burst. */
const BARS_PER_FRAME = 1_000;
/** Digits after the point of any sample's volume. */
const SCALE = 5;
/** Less than a share was traded before the first minute: so every day volume has a fraction and is sent as text too. */
const BEFORE = 3_836n;

export class VendorFrames {
  readonly #symbols: readonly string[];
  /** What each was traded of so far. */
  readonly #traded: bigint[];
  /** Start (epoch ms) of the next minute. */
  #next: number;

  /** @param start of the first minute, epoch ms */
  constructor(symbols: readonly string[], start: number) {
    this.#symbols = symbols;
    this.#traded = symbols.map(() => BEFORE);
    this.#next = start;
  }

  /** Start (epoch ms) of the minute that comes next. */
  get next(): number {
    return this.#next;
  }

  /** The bursts of so many minutes in which every symbol trades. */
  minutes(count: number): string[] {
    return Array.from({ length: count }, () => this.#minute()).flat();
  }

  #minute(): string[] {
    const events = this.#symbols.map((symbol, index) => this.#event(symbol, index));
    this.#next += MINUTE;
    const frames: string[] = [];
    for (let at = 0; at < events.length; at += BARS_PER_FRAME)
      frames.push(`[${events.slice(at, at + BARS_PER_FRAME).join(',')}]`);
    return frames;
  }

  #event(symbol: string, index: number): string {
    const bar = sampleBar(symbol, index, this.#next);
    const traded = (this.#traded[index] ?? 0n) + unitsAt(bar.volume, SCALE);
    this.#traded[index] = traded;
    const day = { volume: decimalFrom(traded, SCALE), vwap: bar.dayVwap ?? bar.close, open: bar.open };
    return encodeBar('stocks', bar, day);
  }
}
