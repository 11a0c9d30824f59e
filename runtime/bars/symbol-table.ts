/** One string for all occurrences of a name in bytes: cut out anew for every record they would be made, hashed and collected again and again. */

/** A power of two, some times the symbols of the whole US market. */
const PLACES = 32_768;
/** How many neighbouring places are looked at; where all are taken the first is given up. */
const NEIGHBOURS = 4;

export class SymbolTable {
  readonly #known = new Array<string>(PLACES + NEIGHBOURS).fill('');

  /** The ASCII text at `[from, to)`. */
  at(bytes: Uint8Array, from: number, to: number): string {
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
    const text = String.fromCharCode(...bytes.subarray(from, to));
    this.#known[place] = text;
    return text;
  }
}

function isAt(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}
