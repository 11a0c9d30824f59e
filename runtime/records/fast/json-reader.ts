/** Reads JSON of a known layout byte by byte, for most of the time that text takes goes into making strings. What is not as expected is left to `JSON.parse`. */
import { decimalFrom, POWERS_OF_TEN } from '../decimal.ts';
import type { Known, NamesInBytes } from './names-in-bytes.ts';

/** So many digits, whatever they are, a double holds exactly, and so is their quotient by a power of ten the nearest double. */
export const SAFE_DIGITS = 15;
const LONGEST_NAME = 64;
/** Behind the text: nothing that is read can have it. */
const END = 0;
/** Of a longer one V8 keeps the whole text it was taken from. */
const LONGEST_COPY = 12;
/** No part that is expected is longer. */
const LONGEST_PART = 256;
const [QUOTE, BACKSLASH, SPACE, TILDE, MINUS, POINT, ZERO, NINE] = [34, 92, 32, 126, 45, 46, 48, 57];

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

/** A place in a text's bytes. Once something is not as expected it stays where nothing is. */
export class JsonReader {
  readonly #longest: number;
  /** Where nothing is: no text reaches as far, and no part beyond it. */
  #nowhere = 0;
  /** What is read, unless it came as base64. */
  #text: string | undefined;
  #bytes = Buffer.alloc(0);
  #words = new DataView(this.#bytes.buffer);
  #at = 0;
  #end = 0;
  /** The digits of the number that was read last, and how many of them stand behind its point. */
  #digits = 0;
  #scale = 0;

  /**
   * @param room of nearly all texts, in bytes
   * @param longest of any. What is longer is not read here
   */
  constructor(room: number, longest = room) {
    this.#longest = longest;
    this.#makeRoom(room);
  }

  /** Begins with another text. @returns false when it is not to be read here: too long, or more than ASCII */
  open(text: string): boolean {
    if (text.length > this.#longest || Buffer.byteLength(text) !== text.length) return false;
    if (text.length >= this.#nowhere) this.#makeRoom(this.#longest);
    this.#begin(this.#bytes.write(text, 'latin1'));
    this.#text = text;
    return true;
  }

  /** The same for a text in base64, which is longer than its bytes. */
  openBase64(base64: string): boolean {
    if (base64.length > this.#nowhere) return false;
    this.#begin(this.#bytes.write(base64, 'base64'));
    return true;
  }

  #makeRoom(room: number): void {
    this.#nowhere = room + 1;
    this.#bytes = Buffer.alloc(this.#nowhere + LONGEST_PART);
    this.#words = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
  }

  #begin(end: number): void {
    this.#at = 0;
    this.#end = end;
    this.#bytes[end] = END;
    this.#text = undefined;
  }

  /** Whether the text ends with this, which comes next, and everything before it was as expected */
  closes(end: string): boolean {
    for (let i = 0; i < end.length; i++) if (this.#bytes[this.#at + i] !== end.charCodeAt(i)) return false;
    return this.#at + end.length === this.#end;
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

  /** Any text of ASCII behind its opening quote, and the closing one, if it says what it means without escapes. */
  text(): string {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    for (let code = bytes[at] ?? END; code !== QUOTE; code = bytes[++at] ?? END)
      if (code < SPACE || code === BACKSLASH) {
        this.#fail();
        return '';
      }
    this.#at = at + 1;
    return this.#cut(from, at);
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

  /** A number without sign and exponent, or its text when it has more digits than a double surely holds. */
  count(): number | string {
    const from = this.#at;
    if (!this.#readDigits()) return this.#textFrom(from);
    return this.#scale === 0 ? this.#digits : this.#digits / (POWERS_OF_TEN[this.#scale] ?? 1);
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
    return this.#cut(from, this.#at);
  }

  #cut(from: number, to: number): string {
    if (this.#text !== undefined && to - from <= LONGEST_COPY) return this.#text.slice(from, to);
    return this.#bytes.toString('latin1', from, to);
  }

  #fail(): undefined {
    this.#at = this.#nowhere;
  }
}
