/** Writes and reads the small numbers of a chunk: variable-length whole numbers, doubles and text. */

const MAX_INT32 = 0x7fff_ffff;
/** Bytes of a whole number of 53 bits. */
const LONGEST_WHOLE = 8;

/** Grows as it is written to. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(16_384);
  #length = 0;

  /** Forgets what was written, to be written anew. */
  clear(): void {
    this.#length = 0;
  }

  /** A whole number from 0 to 2^53 − 1, seven bits a byte. */
  whole(value: number): void {
    this.#reserve(LONGEST_WHOLE);
    const buffer = this.#buffer;
    let at = this.#length;
    let rest = value;
    for (; rest > MAX_INT32; rest = Math.floor(rest / 0x80)) buffer[at++] = (rest % 0x80) + 0x80;
    // What is left is nearly always all of it, and whole numbers of 32 bits are divided much sooner than doubles.
    let bits = rest | 0;
    for (; bits >= 0x80; bits >>= 7) buffer[at++] = (bits & 0x7f) | 0x80;
    buffer[at++] = bits;
    this.#length = at;
  }

  /** A whole number of either sign, small ones short. Between ±2^52. */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.whole(bytes);
    this.#reserve(bytes);
    this.#length += this.#buffer.write(value, this.#length);
  }

  /** What was written, which stands until something else is. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Reads in the order of writing. Reading beyond the end throws a RangeError. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  whole(): number {
    const first = this.#buffer[this.#at] ?? 0x80;
    if (first < 0x80) {
      this.#at++;
      return first;
    }
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined) throw new RangeError('the chunk ends in the middle of a number');
      if (byte < 0x80) return value + byte * factor;
      value += (byte - 0x80) * factor;
    }
  }

  signed(): number {
    const value = this.whole();
    const half = Math.floor(value / 2);
    return half * 2 === value ? half : -half - 1;
  }

  double(): number {
    this.#at += 8;
    return this.#buffer.readDoubleLE(this.#at - 8);
  }

  text(): string {
    const bytes = this.whole();
    this.#at += bytes;
    return this.#buffer.toString('utf8', this.#at - bytes, this.#at);
  }
}
