/** Reads JSON of a known layout byte by byte, for most of the time that text takes goes into making strings. What is not as expected is left to `JSON.parse`. */
import { decimalFrom, POWERS_OF_TEN } from '../decimal.ts';
import type { Known, NamesInBytes } from './names-in-bytes.ts';

/** So many digits, whatever they are, a double holds exactly, and so is their quotient by a power of ten the nearest double. */
export const SAFE_DIGITS = 15;
const LONGEST_NAME = 64;
/** Characters of base64: many times those of a record in any known layout. */
const ROOM = 4_096;
/** Behind the text: nothing that is read can have it. */
const END = 0;
/** Where nothing is: no text reaches as far, and no part beyond it. */
const [NOWHERE, LONGEST_PART] = [ROOM, 256];
const [QUOTE, BACKSLASH, SPACE, TILDE, MINUS, POINT, ZERO, NINE, BRACE] = [
  34, 92, 32, 126, 45, 46, 48, 57, 125,
];

/** Text that is expected, as words of four bytes; the last one reaches back into the one before. */
export interface Expected {
  readonly length: number;
  readonly words: Int32Array;
  readonly last: number;
}

/** @param text ASCII of 4 to 256 characters */
export function expected(text: string): Expected {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 4 || bytes.length > LONGEST_PART)
    throw new RangeError(`'${text}' is too short or too long`);
  const words = Int32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readInt32LE(4 * i));
  return { length: bytes.length, words, last: bytes.readInt32LE(bytes.length - 4) };
}

/** A place in a record's bytes. Once something is not as expected it stays where nothing is. */
export class JsonReader {
  readonly #bytes = Buffer.alloc(NOWHERE + LONGEST_PART);
  readonly #words = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
  #at = 0;
  #end = 0;
  /** The digits of the number that was read last, and how many of them stand behind its point. */
  #digits = 0;
  #scale = 0;

  /** Begins with another text. @returns false when it is too long to be read here */
  open(base64: string): boolean {
    if (base64.length > ROOM) return false;
    this.#at = 0;
    this.#end = this.#bytes.write(base64, 'base64');
    this.#bytes[this.#end] = END;
    return true;
  }

  /** Whether the brace that ends the text comes next, and everything before it was as expected */
  closes(): boolean {
    return this.#bytes[this.#at] === BRACE && this.#at + 1 === this.#end;
  }

  /** Passes what is expected; where there is something else it stays. */
  skip({ length, words, last }: Expected): boolean {
    const at = this.#at;
    const [text, isLittleEndian] = [this.#words, true];
    for (let i = 0; i < words.length; i++)
      if (text.getInt32(at + 4 * i, isLittleEndian) !== words[i]) return false;
    if (text.getInt32(at + length - 4, isLittleEndian) !== last) return false;
    this.#at = at + length;
    return true;
  }

  expect(part: Expected): void {
    if (!this.skip(part)) this.#fail();
  }

  /**
   * A name behind its opening quote, and the closing one: 1 to 64 printable characters that JSON writes as they are, no spaces.
   * @returns what is known of it
   */
  name<T extends Known>(names: NamesInBytes<T>): T | undefined {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    for (let code = bytes[at] ?? END; code !== QUOTE; code = bytes[++at] ?? END)
      if (code <= SPACE || code > TILDE || code === BACKSLASH) return this.#fail();
    if (at === from || at - from > LONGEST_NAME) return this.#fail();
    this.#at = at + 1;
    return names.at(bytes, from, at);
  }

  /** A number without an exponent: the same double that `JSON.parse` finds. */
  number(): number {
    const from = this.#at;
    const isNegative = this.#bytes[from] === MINUS;
    if (isNegative) this.#at++;
    if (!this.#readDigits()) return Number(this.#textFrom(from));
    const value = this.#scale === 0 ? this.#digits : this.#digits / (POWERS_OF_TEN[this.#scale] ?? 1);
    return isNegative ? -value : value;
  }

  /** The text of a number without sign and exponent; in canonical form when it has up to 15 digits. */
  decimal(): string {
    const from = this.#at;
    return this.#readDigits() ? decimalFrom(this.#digits, this.#scale) : this.#textFrom(from);
  }

  /** Passes such a number, whose text is made only when it has more digits. */
  longDecimal(): string | undefined {
    const from = this.#at;
    return this.#readDigits() ? undefined : this.#textFrom(from);
  }

  /** Passes digits and at most a point. @returns whether they are few enough to be held exactly */
  #readDigits(): boolean {
    const bytes = this.#bytes;
    const first = this.#at;
    let at = first;
    let digits = 0;
    let code = bytes[at] ?? END;
    while (code >= ZERO && code <= NINE) {
      digits = digits * 10 + (code - ZERO);
      code = bytes[++at] ?? END;
    }
    const whole = at - first;
    let scale = 0;
    if (code === POINT) {
      const point = at;
      code = bytes[++at] ?? END;
      while (code >= ZERO && code <= NINE) {
        digits = digits * 10 + (code - ZERO);
        code = bytes[++at] ?? END;
      }
      scale = at - point - 1;
      if (scale === 0) this.#fail();
    }
    const isNumber = whole === 1 || (whole > 1 && bytes[first] !== ZERO);
    if (isNumber && this.#at === first) this.#at = at;
    else this.#fail();
    this.#digits = digits;
    this.#scale = scale;
    return whole + scale <= SAFE_DIGITS;
  }

  #textFrom(from: number): string {
    return this.#bytes.toString('latin1', from, this.#at);
  }

  #fail(): undefined {
    this.#at = NOWHERE;
  }
}
