/** 53 bits that tell apart what bars of one minute or window may say: two 32-bit hashes (the mixing of MurmurHash3) with other constants. */
import type { Ohlcv } from './bar.ts';

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** A double holds 21 bits above the lower 32. */
const [UPPER_BITS, UPPER] = [2 ** 21 - 1, 2 ** 32];

export class Digest {
  #a = 0;
  #b = 0;

  /** Adds prices, volume and VWAP: what every source tells. */
  values({ open, high, low, close, volume, vwap }: Ohlcv): void {
    this.number(open);
    this.number(high);
    this.number(low);
    this.number(close);
    this.text(volume);
    this.number(vwap);
  }

  /** Adds a number; an absent one is none that a bar could have. The sum makes one number of both zeros. */
  number(value = Number.MAX_VALUE): void {
    double[0] = value + 0;
    this.#add(words[0] ?? 0);
    this.#add(words[1] ?? 0);
  }

  text(value: string): void {
    for (let i = 0; i < value.length; i++) this.#add(value.charCodeAt(i));
    this.#add(value.length);
  }

  /** Takes the digest of what was added, and begins anew. */
  take(): number {
    const [a, b] = [finished(this.#a), finished(this.#b)];
    this.#a = 0;
    this.#b = 0;
    return (a & UPPER_BITS) * UPPER + b;
  }

  #add(word: number): void {
    this.#a = mixed(this.#a, Math.imul(word, 0xcc9e2d51), 0x1b873593);
    this.#b = mixed(this.#b, Math.imul(word, 0x239b961b), 0x38b34ae5);
  }
}

function mixed(hash: number, word: number, factor: number): number {
  const next = hash ^ Math.imul((word << 15) | (word >>> 17), factor);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
