/** Reads a frame of stock minutes in the very layout that the vendor writes, in two thirds of the time that `JSON.parse` takes. */
import { POWERS_OF_TEN } from '../records/decimal.ts';
import { NamesInBytes } from '../records/fast/names-in-bytes.ts';
import type { Fields } from './fields.ts';

/** The event type of that layout. */
export const LAYOUT_EVENT = 'AM';

/** The vendor keeps its frames below a million bytes; a minute of the whole market in one takes under three. */
const LONGEST = 4_194_304;
/** So many digits, whatever they are, a double holds exactly, and so is their quotient by a power of ten the nearest double. */
const SAFE_DIGITS = 15;
/** A JSON number of whatever length, without an exponent. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y;
const [QUOTE, BACKSLASH, SPACE, MINUS, POINT, ZERO, NINE] = [34, 92, 32, 45, 46, 48, 57];

/** Some times the symbols of the whole US market. */
const PLACES = 32_768;
/** What is longer is no symbol, and not worth the memory. */
const LONGEST_SYMBOL = 64;

const symbols = new NamesInBytes(PLACES, name => ({ name }));
const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);
const FIRST = bytesOf(`[{"ev":"${LAYOUT_EVENT}","sym":"`);
const NEXT = bytesOf(`,{"ev":"${LAYOUT_EVENT}","sym":"`);
const [V, AV, OP, VW] = [bytesOf(',"v":'), bytesOf(',"av":'), bytesOf(',"op":'), bytesOf(',"vw":')];
const [O, C, H, L] = [bytesOf(',"o":'), bytesOf(',"c":'), bytesOf(',"h":'), bytesOf(',"l":')];
const [A, Z, S, E] = [bytesOf(',"a":'), bytesOf(',"z":'), bytesOf(',"s":'), bytesOf(',"e":')];
const [OTC, DV, DAV] = [bytesOf(',"otc":true'), bytesOf(',"dv":"'), bytesOf(',"dav":"')];
const [CLOSE, LAST] = [bytesOf('}'), bytesOf(']')];

/**
 * The events of a frame that holds nothing but minutes in that layout, equal to what `JSON.parse` makes of it; undefined
 * for any other text, which may be the same frame in other words. Nothing is checked here but the layout.
 */
export function minutesIn(text: string): Fields[] | undefined {
  if (text.length > LONGEST) return undefined;
  const reader = new Reader(text);
  if (!reader.isAscii) return undefined;
  const events: Fields[] = [];
  let opening = FIRST;
  while (reader.skip(opening)) {
    events.push(eventFrom(reader));
    opening = NEXT;
  }
  return reader.skip(LAST) && reader.isAtEnd ? events : undefined;
}

function eventFrom(reader: Reader): Fields {
  const sym = reader.symbol();
  reader.expect(V);
  const v = reader.number();
  const av = reader.skip(AV) ? reader.number() : undefined;
  const op = reader.skip(OP) ? reader.number() : undefined;
  const vw = reader.skip(VW) ? reader.number() : undefined;
  reader.expect(O);
  const o = reader.number();
  reader.expect(C);
  const c = reader.number();
  reader.expect(H);
  const h = reader.number();
  reader.expect(L);
  const l = reader.number();
  const a = reader.skip(A) ? reader.number() : undefined;
  const z = reader.skip(Z) ? reader.number() : undefined;
  reader.expect(S);
  const s = reader.number();
  reader.expect(E);
  const e = reader.number();
  const otc = reader.skip(OTC) ? true : undefined;
  const dv = reader.skip(DV) ? reader.text() : undefined;
  const dav = reader.skip(DAV) ? reader.text() : undefined;
  reader.expect(CLOSE);
  return { ev: LAYOUT_EVENT, sym, v, av, op, vw, o, c, h, l, a, z, s, e, otc, dv, dav };
}

/** Where frames are read: bytes are found sooner than characters. */
let space = new Uint8Array(1_048_576);
/** Behind the text: nothing that is read can have it. */
const END = 0;

/** A place in a text of ASCII, where bytes and characters are the same. Once something is not as expected it stays where nothing is. */
class Reader {
  readonly isAscii: boolean;
  readonly #text: string;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(text: string) {
    if (space.length <= text.length) space = new Uint8Array(LONGEST + 1);
    this.#text = text;
    this.#bytes = space;
    const { read, written } = encoder.encodeInto(text, space);
    this.isAscii = read === text.length && written === text.length;
    space[text.length] = END;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Passes what is expected; where there is something else it stays. */
  skip(expected: Uint8Array): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
    this.#at = at + expected.length;
    return true;
  }

  expect(expected: Uint8Array): void {
    if (!this.skip(expected)) this.#fail();
  }

  /** The rest of a string behind its opening quote, if it says what it means without escapes. */
  text(): string {
    const from = this.#at;
    return this.#text.slice(from, this.#closing());
  }

  /** The same for a symbol, which lasts longer than the frame. */
  symbol(): string {
    const from = this.#at;
    const to = this.#closing();
    return to - from > LONGEST_SYMBOL ? this.#text.slice(from, to) : symbols.at(this.#bytes, from, to).name;
  }

  number(): number {
    const bytes = this.#bytes;
    const from = this.#at;
    const isNegative = bytes[from] === MINUS;
    const first = isNegative ? from + 1 : from;
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
      if (scale === 0) return this.#fail();
    }
    if (whole + scale > SAFE_DIGITS) return this.#longNumber(from);
    if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return this.#fail();
    this.#at = at;
    const value = scale === 0 ? digits : digits / (POWERS_OF_TEN[scale] ?? 1);
    return isNegative ? -value : value;
  }

  #longNumber(from: number): number {
    NUMBER.lastIndex = from;
    const [number] = NUMBER.exec(this.#text) ?? [];
    if (number === undefined) return this.#fail();
    this.#at = from + number.length;
    return Number(number);
  }

  /** Where the string ends; goes behind its closing quote. A string that is not as expected ends where it begins. */
  #closing(): number {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    for (let code = bytes[at] ?? END; code !== QUOTE; code = bytes[++at] ?? END) {
      if (code >= SPACE && code !== BACKSLASH) continue;
      this.#fail();
      return from;
    }
    this.#at = at + 1;
    return at;
  }

  #fail(): number {
    this.#at = this.#text.length;
    return 0;
  }
}
