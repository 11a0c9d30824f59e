/** Consecutive records of a shard in one piece of memory, outside of the heap: it takes what the records take, and goes when it is dropped. */

/** A record without what its place tells. */
export interface SegmentRecord {
  readonly key: string;
  /** Base64. */
  readonly data: string;
  /** Epoch ms. */
  readonly arrival: number;
}

/** Most records of a segment. */
export const SEGMENT = 1_024;
const FIRST_BYTES = 64 * 1024;

export class Segment {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #end = 0;
  #count = 0;
  readonly #arrivals = new Float64Array(SEGMENT);
  /** Where a record's key and data end. */
  readonly #ends = new Uint32Array(2 * SEGMENT);

  /** What its records take. */
  get bytes(): number {
    return this.#end;
  }

  get isFull(): boolean {
    return this.#count === SEGMENT;
  }

  put({ key, data, arrival }: SegmentRecord): void {
    this.#makeRoom(3 * key.length + data.length);
    this.#arrivals[this.#count] = arrival;
    this.#end += this.#bytes.write(key, this.#end, 'utf8');
    this.#ends[2 * this.#count] = this.#end;
    this.#end += this.#bytes.write(data, this.#end, 'base64');
    this.#ends[2 * this.#count + 1] = this.#end;
    this.#count++;
    // Nothing more comes: what was set aside for it is given back.
    if (this.isFull) this.#resize(this.#end);
  }

  /** @param index from 0 */
  at(index: number): SegmentRecord | undefined {
    if (index >= this.#count) return undefined;
    const start = this.#ends[2 * index - 1] ?? 0;
    const middle = this.#ends[2 * index] ?? 0;
    return {
      key: this.#bytes.toString('utf8', start, middle),
      data: this.#bytes.toString('base64', middle, this.#ends[2 * index + 1]),
      arrival: this.#arrivals[index] ?? 0,
    };
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes > this.#bytes.length)
      this.#resize(Math.max(2 * this.#bytes.length, this.#end + bytes));
  }

  #resize(bytes: number): void {
    const before = this.#bytes;
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
    before.copy(this.#bytes, 0, 0, this.#end);
  }
}
