/** The one way that what the vendor says takes to logs, status and quarantine: without the key, printable, and cut. */
import { printable } from '../records/show.ts';

/** What stands in for the key; no symbol looks like it. */
const STAND_IN = '<the key>';
/** More than any status of the vendor's, in characters. */
const SHOWN = 300;
/** No key of the vendor's is shorter, and honest symbols may hold what is. */
const SHORTEST = 8;

export class VendorWords {
  readonly #key: RegExp;
  readonly #length: number;

  /** @param apiKey which the vendor may quote in whatever it says */
  constructor(apiKey: string) {
    this.#length = apiKey.length;
    this.#key = new RegExp(Array.from(apiKey, spellings).join(''), 'g');
  }

  /** A value as it was parsed, for people to read: never throws, whatever it is. */
  text(said: unknown, limit = SHOWN): string {
    return printable(this.withoutKey(typeof said === 'string' ? said : kindOf(said)), limit);
  }

  /** The text as it came, with nothing changed in it but the key. */
  withoutKey(text: string): string {
    return text.replace(this.#key, STAND_IN);
  }

  /** Whether the key stands in the text, in whatever spelling. What is shorter than any key is taken for a word. */
  quoteKey(text: string): boolean {
    return text.length >= this.#length && this.#length >= SHORTEST && text.search(this.#key) >= 0;
  }
}

/** A character of ASCII as it is, as JSON may escape it, and as addresses do. */
function spellings(char: string): string {
  const hex = char.charCodeAt(0).toString(16).padStart(4, '0');
  const anyCase = hex.replaceAll(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`);
  return `(?:\\\\?\\u${hex}|\\\\u${anyCase}|%${anyCase.slice(2)})`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
