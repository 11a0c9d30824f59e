/** Writes JSON in ASCII byte by byte: most of the time that JSON text takes goes into numbers and into putting parts together. */
import { asAscii } from '../show.ts';

const encoder = new TextEncoder();
/** A constant part, to be written again and again. */
export const part = (text: string): Uint8Array => encoder.encode(text);

const [ZERO, POINT, QUOTE, BACKSLASH, SPACE, TILDE] = [48, 46, 34, 92, 32, 126];
/** Nearly all prices have at most so many decimal places. */
const PLACES = 4;
const UNITS = 10 ** PLACES;
/** Below it a double keeps every digit, and its own text has no more of them. */
const SAFE_UNITS = 1e15;
/** Digits are taken from 32-bit integers. */
const BILLION = 1e9;
/** So many bytes are copied sooner one by one. */
const BY_HAND = 24;
/** A number's text is never longer, `\u0000` stands for one character. */
const [LONGEST_NUMBER, LONGEST_CHARACTER] = [25, 6];

export class JsonWriter {
  #bytes = Buffer.alloc(1_024);
  #at = 0;

  /** Takes what was written, and begins anew. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(taken, 0, 0, this.#at);
    this.#at = 0;
    return taken;
  }

  part(bytes: Uint8Array): void {
    const [all, at] = [this.#with(bytes.length), this.#at];
    if (bytes.length > BY_HAND) all.set(bytes, at);
    else for (let i = 0; i < bytes.length; i++) all[at + i] = bytes[i] ?? 0;
    this.#at = at + bytes.length;
  }

  /** ASCII text that is JSON already. */
  json(text: string): void {
    const [bytes, at] = [this.#with(text.length), this.#at];
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + text.length;
  }

  text(value: string): void {
    const bytes = this.#with(value.length * LONGEST_CHARACTER + 2);
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) {
        this.json(ascii(value));
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  /** A finite number, as its own text. */
  number(value: number): void {
    const bytes = this.#with(LONGEST_NUMBER);
    const units = value * UNITS;
    if (value >= 0 && value < SAFE_UNITS && Math.floor(value) === value)
      this.#at = writeWhole(bytes, this.#at, value);
    else if (value > 0 && units < SAFE_UNITS && Math.round(units) / UNITS === value)
      this.#at = writeDecimal(bytes, this.#at, Math.round(units));
    else this.json(String(value));
  }

  #with(room: number): Uint8Array {
    if (this.#at + room > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], 2 * (this.#at + room));
    return this.#bytes;
  }
}

/** @returns where the number ends; so do the others */
function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value < BILLION) return writeDigits(bytes, at, value, digitsOf(value));
  const high = Math.floor(value / BILLION);
  const end = writeDigits(bytes, at, high, digitsOf(high));
  return writeDigits(bytes, end, value - high * BILLION, 9);
}

/** Units that are not a multiple of all units of one. */
function writeDecimal(bytes: Uint8Array, at: number, units: number): number {
  const whole = Math.floor(units / UNITS);
  let fraction = (units - whole * UNITS) | 0;
  let places = PLACES;
  while (fraction % 10 === 0) {
    fraction = (fraction / 10) | 0;
    places--;
  }
  const point = writeWhole(bytes, at, whole);
  bytes[point] = POINT;
  return writeDigits(bytes, point + 1, fraction, places);
}

/** That many digits of a whole number below a billion. */
function writeDigits(bytes: Uint8Array, at: number, value: number, count: number): number {
  let rest = value | 0;
  for (let place = at + count - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0;
    bytes[place] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  return at + count;
}

function digitsOf(value: number): number {
  const whole = value | 0;
  if (whole < 1e4) return whole < 100 ? (whole < 10 ? 1 : 2) : whole < 1e3 ? 3 : 4;
  if (whole < 1e7) return whole < 1e5 ? 5 : whole < 1e6 ? 6 : 7;
  return whole < 1e8 ? 8 : 9;
}

/** A text as JSON in ASCII. */
export function ascii(value: string): string {
  return asAscii(JSON.stringify(value));
}
