/** Names that come again and again in bytes, and what is known of each: made anew for every record they would be hashed and collected again and again. */

/** How many neighbouring places are looked at; where all are taken the first is given up. */
const NEIGHBOURS = 4;

/** A name and whatever else is known of it. */
export interface Known {
  readonly name: string;
}

export class NamesInBytes<T extends Known> {
  readonly #know: (name: string) => T;
  readonly #mask: number;
  readonly #known: (T | undefined)[];

  /**
   * @param know what is known of a name; it may be asked again
   * @param places a power of two, some times the names that there are
   */
  constructor(places: number, know: (name: string) => T) {
    this.#know = know;
    this.#mask = places - 1;
    this.#known = new Array(places + NEIGHBOURS).fill(undefined);
  }

  /** What is known of the ASCII name at `[from, to)`. */
  at(bytes: Uint8Array, from: number, to: number): T {
    let hash = 0;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const first = (hash ^ (hash >>> 15)) & this.#mask;
    for (let place = first; place < first + NEIGHBOURS; place++) {
      const known = this.#known[place];
      if (known === undefined) return this.#keep(place, bytes, from, to);
      if (isAt(bytes, from, to, known.name)) return known;
    }
    return this.#keep(first, bytes, from, to);
  }

  #keep(place: number, bytes: Uint8Array, from: number, to: number): T {
    const known = this.#know(String.fromCharCode(...bytes.subarray(from, to)));
    this.#known[place] = known;
    return known;
  }
}

function isAt(bytes: Uint8Array, from: number, to: number, name: string): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name.charCodeAt(i)) return false;
  return true;
}
