/** The items of one table in the order of their places: texts in blocks, so that each costs little more than its characters. */

export interface Stored {
  readonly place: string;
  /** JSON. */
  readonly text: string;
  /** Bytes by the service's count. */
  readonly size: number;
}

/** Items that one block holds at most. */
const BLOCK = 512;

/** One after another by place; the same index in each list is one item. */
class Block {
  readonly places: string[];
  readonly texts: string[];
  readonly sizes: number[];

  constructor(places: string[] = [], texts: string[] = [], sizes: number[] = []) {
    this.places = places;
    this.texts = texts;
    this.sizes = sizes;
  }

  /** The later half, which is no longer in this one. */
  split(): Block {
    const half = this.places.length >> 1;
    return new Block(this.places.splice(half), this.texts.splice(half), this.sizes.splice(half));
  }

  at(index: number): Stored | undefined {
    const [place, text, size] = [this.places[index], this.texts[index], this.sizes[index]];
    return place === undefined || text === undefined || size === undefined
      ? undefined
      : { place, text, size };
  }
}

export class SortedItems {
  readonly #blocks: Block[] = [];
  #count = 0;
  #bytes = 0;

  get count(): number {
    return this.#count;
  }

  /** By the service's count. */
  get bytes(): number {
    return this.#bytes;
  }

  get(place: string): Stored | undefined {
    const block = this.#blocks[this.#blockFor(place)];
    const found = block?.at(firstFrom(block.places, place));
    return found?.place === place ? found : undefined;
  }

  put({ place, text, size }: Stored): void {
    const number = this.#blockFor(place);
    const block = this.#blocks[number] ?? this.#insert(0, new Block());
    const index = firstFrom(block.places, place);
    const isKnown = block.places[index] === place;
    this.#count += isKnown ? 0 : 1;
    this.#bytes += size - (isKnown ? (block.sizes[index] ?? 0) : 0);
    const replaced = isKnown ? 1 : 0;
    block.places.splice(index, replaced, flat(place));
    block.texts.splice(index, replaced, text);
    block.sizes.splice(index, replaced, size);
    if (block.places.length > BLOCK) this.#insert(number + 1, block.split());
  }

  delete(place: string): void {
    const number = this.#blockFor(place);
    const block = this.#blocks[number];
    const index = block ? firstFrom(block.places, place) : 0;
    if (block?.places[index] !== place) return;
    this.#count--;
    this.#bytes -= block.sizes[index] ?? 0;
    for (const list of [block.places, block.texts, block.sizes]) list.splice(index, 1);
    if (block.places.length === 0) this.#blocks.splice(number, 1);
  }

  /** Items from `from` on and before `to`, or the other way round. Nothing may be changed meanwhile. */
  *between(from: string, to: string, isForward: boolean): Generator<Stored> {
    const step = isForward ? 1 : -1;
    let number = this.#blockFor(isForward ? from : to);
    let block = this.#blocks[number];
    let index = firstFrom(block?.places ?? [], isForward ? from : to) - (isForward ? 0 : 1);
    for (; block !== undefined; index += step) {
      const item = block.at(index);
      if (item === undefined) {
        number += step;
        block = this.#blocks[number];
        index = isForward || block === undefined ? -1 : block.places.length;
      } else if (isForward ? item.place >= to : item.place < from) return;
      else yield item;
    }
  }

  /** Number of the block where the place is or would be. */
  #blockFor(place: string): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle]?.places[0] ?? '') <= place) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #insert(number: number, block: Block): Block {
    this.#blocks.splice(number, 0, block);
    return block;
  }
}

/** Index of the first place that does not come before `place`. */
function firstFrom(places: readonly string[], place: string): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? '') < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same text in one piece: what was put together keeps its pieces, and they more than itself. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
