/** Frames of a busy stock market: quotes, trades and seconds of many symbols, of a few far more than of the others. */
import { noise } from './sample.ts';

/** Of a hundred events; the rest are seconds. */
const SHARES = { quotes: 60, trades: 30 };

export class MixedEvents {
  readonly #symbols: readonly string[];
  #made = 0;

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
  }

  /** How many it has made. */
  get made(): number {
    return this.#made;
  }

  /** @param now of its events, epoch ms */
  frame(events: number, now: number): string {
    return `[${Array.from({ length: events }, () => this.#event(now)).join(',')}]`;
  }

  #event(t: number): string {
    const n = this.#made++;
    const index = Math.floor(this.#symbols.length * noise(n, 1) ** 3);
    const sym = this.#symbols[index] ?? '';
    const price = Math.round(100 * (5 + 300 * noise(index, 2)) * (1 + 0.01 * noise(n, 3))) / 100;
    const upTo = (most: number, seed: number) => 1 + Math.floor(most * noise(n, seed));
    const cents = (by: number) => Math.round(100 * (price + by)) / 100;
    const share = 100 * noise(n, 4);
    if (share < SHARES.quotes) {
      const sizes = { bs: upTo(9, 5), as: upTo(9, 6) };
      const [bx, ax, z] = [upTo(20, 7), upTo(20, 8), upTo(3, 9)];
      return JSON.stringify({
        ...{ ev: 'Q', sym, bx, bp: cents(-0.01), bs: sizes.bs, ax, ap: cents(0.01), as: sizes.as },
        ...{ c: 0, i: [1], t, q: 5_000_000 + n, z },
      });
    }
    if (share < SHARES.quotes + SHARES.trades) {
      const c = noise(n, 5) < 0.5 ? [14, 41] : [37];
      const i = `${upTo(1_000_000, 6)}`;
      return JSON.stringify({
        ...{ ev: 'T', sym, x: upTo(20, 7), i, z: upTo(3, 8), p: price, s: upTo(300, 9), c, t },
        q: 5_000_000 + n,
      });
    }
    const [v, av, s] = [upTo(9_000, 5), upTo(9_000_000, 6), t - (t % 1_000)];
    return JSON.stringify({
      ...{ ev: 'A', sym, v, av, op: price, vw: cents(noise(n, 7)), o: price, c: cents(0.02), h: cents(0.05) },
      ...{ l: cents(-0.03), a: cents(0.5), z: upTo(150, 8), s, e: s + 1_000 },
    });
  }
}
