/** Keys of a table: what they must be, and the text by which the table's items are sorted. */
import { hash } from 'node:crypto';
import { type AttributeValue, attribute, type Item, typeOf } from './attribute-value.ts';
import { sortable } from './decimal.ts';
import { validation } from './errors.ts';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyPart {
  readonly name: string;
  readonly type: KeyType;
}

/** Comes after every key that it is the beginning of: the texts of keys have a byte a character. */
export const AFTER = '\uffff';
/** Of the hash that a key begins with: hex digits. */
const HASH = 4;
const SLOTS = 16 ** HASH;
const MISMATCH = 'The provided key element does not match the schema';
const INVALID = 'One or more parameter values were invalid: ';

export class KeySchema {
  readonly hash: KeyPart;
  readonly range: KeyPart | undefined;
  readonly parts: readonly KeyPart[];

  constructor(hash: KeyPart, range: KeyPart | undefined) {
    this.hash = hash;
    this.range = range;
    this.parts = range === undefined ? [hash] : [hash, range];
  }

  /** Where an item has its place. @throws ServiceError when it lacks a key that it could have */
  placeOfItem(item: Item): string {
    for (const { name, type } of this.parts) {
      const value = attribute(item, name);
      if (value === undefined) throw validation(`${INVALID}Missing the key ${name} in the item`);
      if (!(type in value))
        throw validation(
          `${INVALID}Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
        );
    }
    return this.#placeOf(item, 'One or more parameter values are not valid. ');
  }

  /** Where the item of that key has its place. @throws ServiceError when it is no key of this table */
  placeOfKey(key: Item): string {
    const fits = this.parts.every(({ name, type }) => type in (attribute(key, name) ?? {}));
    if (!fits || Object.keys(key).length !== this.parts.length) throw validation(MISMATCH);
    return this.#placeOf(key, INVALID);
  }

  /** What the places of all items begin with that have that hash key. */
  partition(value: AttributeValue): string {
    const bytes = bytesOf(value);
    const length = String.fromCharCode(bytes.length >> 8, bytes.length & 255);
    return hash('md5', bytes).slice(0, HASH) + length + bytes;
  }

  /** What follows it in the place of an item that has that range key. */
  place(value: AttributeValue): string {
    return bytesOf(value);
  }

  /** The key of an item. */
  keyOf(item: Item): Item {
    return Object.fromEntries(
      this.parts
        .map(({ name }) => [name, attribute(item, name)])
        .filter((pair): pair is [string, AttributeValue] => pair[1] !== undefined),
    );
  }

  #placeOf(item: Item, prefix: string): string {
    for (const { name } of this.parts) {
      const value = attribute(item, name) ?? { S: '' };
      const bytes = bytesOf(value);
      if (bytes === '')
        throw validation(
          `${prefix}The AttributeValue for a key attribute cannot contain an empty ${'S' in value ? 'string' : 'binary'} value. Key: ${name}`,
        );
      if (name === this.hash.name && bytes.length > 2048)
        throw validation(`${INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes`);
      if (name !== this.hash.name && bytes.length > 1024)
        throw validation(
          `${INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`,
        );
    }
    const [hash, range] = this.parts.map(({ name }) => attribute(item, name));
    if (hash === undefined) throw validation(MISMATCH);
    return this.partition(hash) + (range === undefined ? '' : this.place(range));
  }
}

/** Where a segment of a scan begins, or ends when the next is meant. */
export function segmentStart(segment: number, total: number): string {
  const slot = Math.ceil((SLOTS * segment) / total);
  return slot >= SLOTS ? AFTER : slot.toString(16).padStart(HASH, '0');
}

/** A character a byte, in the order of the service. */
function bytesOf(value: AttributeValue): string {
  if ('N' in value) return sortable(value.N);
  if ('B' in value) return Buffer.from(value.B, 'base64').toString('latin1');
  const text = 'S' in value ? value.S : '';
  const bytes = Buffer.from(text);
  return bytes.length === text.length ? text : bytes.toString('latin1');
}
