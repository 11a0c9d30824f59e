/** One string per symbol: cut out of a frame anew for every bar they would keep the frame in memory, and be hashed again and again. */

/** A power of two, some times the symbols of the whole US market. */
const PLACES = 32_768;
/** How many neighbouring places are looked at; where all are taken the first is given up. */
const NEIGHBOURS = 4;
/** What is longer is no symbol, and not worth the memory. */
const LONGEST = 64;

export class Symbols {
  readonly #known = new Array<string>(PLACES + NEIGHBOURS).fill('');

  /** The symbol that stands at `[from, to)` of the ASCII text. */
  at(bytes: Uint8Array, from: number, to: number): string {
    if (to - from > LONGEST) return textAt(bytes, from, to);
    let hash = 0;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const first = (hash ^ (hash >>> 15)) & (PLACES - 1);
    for (let place = first; place < first + NEIGHBOURS; place++) {
      const known = this.#known[place] ?? '';
      if (isAt(bytes, from, to, known)) return known;
      if (known === '') return this.#keep(place, bytes, from, to);
    }
    return this.#keep(first, bytes, from, to);
  }

  #keep(place: number, bytes: Uint8Array, from: number, to: number): string {
    const symbol = textAt(bytes, from, to);
    this.#known[place] = symbol;
    return symbol;
  }
}

function textAt(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

function isAt(bytes: Uint8Array, from: number, to: number, symbol: string): boolean {
  if (symbol.length !== to - from) return false;
  for (let i = 0; i < symbol.length; i++) if (bytes[from + i] !== symbol.charCodeAt(i)) return false;
  return true;
}
