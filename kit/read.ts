/** Reads one record of either stream, strictly: what cannot be used comes back with the reason, and nothing throws. */

import type { Market } from '../runtime/markets/names.ts';
import { decodeMinuteRecord, decodeRolledBar, type Invalid } from '../runtime/records/decode.ts';
import { oneMinuteBar, type StreamRecord } from './bar.ts';

/** Why a record is passed over: other producers pack several into one, and later releases may add types. */
export type SkippedAs = 'kpl' | 'unknownType';

export type Reading =
  | { readonly kind: 'record'; readonly record: StreamRecord }
  | { readonly kind: 'skipped'; readonly as: SkippedAs }
  | { readonly kind: 'refused'; readonly reason: string };

/** What one record holds: a record of the events stream many, of which each may be refused by itself, with its own bytes. */
export type Found<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'skipped'; readonly as: SkippedAs }
  | { readonly kind: 'refused'; readonly reason: string; readonly data: Uint8Array };

const KPL = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const TYPES = ['bar', 'coverage', 'watermark'];
/** What is on the streams was checked by the rules of its market, which a reader need not know. */
const ANY_MARKET: Market = 'futures';
const FIRST_OF_BAR = '{"type":"bar",';
const OF_ONE_MINUTE = '"timeframe":"1m"';
/** More digits than a double holds. */
const LONG_VOLUME = /("(?:volume|dayVolume)"\s*:\s*)(\d[\d.eE+-]{15,})/g;

/** Reads the bytes of a record. */
export function readData(data: Uint8Array): Reading {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return isKpl(bytes) ? { kind: 'skipped', as: 'kpl' } : readText(bytes.toString());
}

/** Whether the Kinesis Producer Library has packed it. */
export function isKpl(data: Uint8Array): boolean {
  return KPL.every((byte, index) => data[index] === byte);
}

/** Reads the text of a record, such as a line of a file. */
export function readText(given: string): Reading {
  // Before Node 21 JSON.parse does not tell how a number was written: text keeps its digits.
  const text = given.replace(LONG_VOLUME, '$1"$2"');
  if (!text.startsWith(FIRST_OF_BAR)) return otherRecord(text);
  // Nearly always so; where it is not, the decoder refuses and the record is looked at with care.
  const likely = text.includes(OF_ONE_MINUTE) ? minuteRecord(text) : longerBar(text);
  return likely.kind === 'record' ? likely : otherRecord(text);
}

function otherRecord(text: string): Reading {
  const { type, timeframe } = fieldsOf(text);
  if (typeof type === 'string' && !TYPES.includes(type)) return { kind: 'skipped', as: 'unknownType' };
  return type === 'bar' && timeframe !== '1m' ? longerBar(text) : minuteRecord(text);
}

function fieldsOf(text: string): { readonly type?: unknown; readonly timeframe?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function longerBar(text: string): Reading {
  const bar = decodeRolledBar(text);
  return isInvalid(bar) ? refused(bar) : { kind: 'record', record: { type: 'bar', ...bar } };
}

function minuteRecord(text: string): Reading {
  const record = decodeMinuteRecord(text, ANY_MARKET);
  if (record.type === 'invalid') return refused(record);
  return { kind: 'record', record: record.type === 'bar' ? oneMinuteBar(record) : record };
}

function isInvalid(bar: object): bar is Invalid {
  return 'type' in bar && bar.type === 'invalid';
}

function refused({ reason }: Invalid): Reading {
  return { kind: 'refused', reason };
}
