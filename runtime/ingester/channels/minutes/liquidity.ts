/** Which symbols are traded most: they are asked for first, and prove how far others have come. */
import type { MinuteBar } from '../../../records/bar.ts';

/** How much of what a symbol traded counts one bar later, where only bars tell: some twenty bars make its worth. */
const FADING = 0.95;

/** Several times the symbols of the largest market: whoever makes up names must not fill the memory. */
const SYMBOLS = 100_000;

export class Liquidity {
  readonly #liquid: () => readonly string[];
  /** What was traded of a symbol in a day, or of late, in the quote currency. */
  readonly #traded = new Map<string, number>();

  /** @param liquid the market's own most liquid symbols at present, best first */
  constructor(liquid: () => readonly string[]) {
    this.#liquid = liquid;
  }

  /** Symbols that trade nearly every minute, whether or not they are subscribed to. */
  get ofMarket(): readonly string[] {
    return this.#liquid();
  }

  /** Takes a live bar. */
  note({ symbol, close, volume, dayVolume }: MinuteBar): void {
    const known = this.#traded.get(symbol);
    if (known === undefined && this.#traded.size >= SYMBOLS) return;
    const before = (known ?? 0) * FADING;
    this.#traded.set(
      symbol,
      dayVolume === undefined ? before + Number(volume) * close : Number(dayVolume) * close,
    );
  }

  /** The symbols by what was traded of them, most first; where nothing was, the market's own come before the others. */
  ranked(symbols: readonly string[]): string[] {
    const liquid = this.#liquid();
    const worth = (symbol: string) => this.#traded.get(symbol) ?? 0;
    const place = (symbol: string) => (liquid.includes(symbol) ? liquid.indexOf(symbol) : liquid.length);
    return symbols.toSorted((a, b) => worth(b) - worth(a) || place(a) - place(b));
  }
}
