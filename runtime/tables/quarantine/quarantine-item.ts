/** How a piece of refused data stands in the quarantine table: its key, its attributes, and what is read of them. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { printable } from '../../records/show.ts';

export type Item = Record<string, AttributeValue>;

/** Who refuses: the roll-up, the bar store, or the ingester of a feed. */
export type Source = 'rollup' | 'bar-store' | `ingester-${string}`;

/** A piece of data that was refused. */
export interface Refused {
  /** When it was found, epoch ms: its UTC day is part of the key. Take it from the data's way, not from the clock, where a retry must write the same item. */
  readonly at: number;
  /** Unique within the source and day, and the same when the same piece is refused again: shard and sequence number, or time and hash. */
  readonly place: string;
  /** The data as it came. */
  readonly raw: Uint8Array;
  /** Why it was refused: field, value and rule. */
  readonly reason: string;
  /** Where it was found, for a person to read. */
  readonly where: string;
}

/** A piece as the table keeps it. */
export interface KeptPiece {
  readonly source: 'rollup' | 'bar-store' | 'ingester';
  /** Source and UTC day as the table's key holds them. */
  readonly day: string;
  readonly place: string;
  /** The data as it is stored; see `rawOf`. */
  readonly stored: Uint8Array;
  readonly encoding?: 'gzip' | 'cut';
  readonly reason: string;
}

const KEEP_SECONDS = 30 * 24 * 60 * 60;
/** An item holds at most 400 KB: so much of it is for the data, and so many characters each for the other fields. */
const RAW_LIMIT = 300 * 1024;
export const TEXT_LIMIT = 1_000;
/** A key holds at most 1,024 bytes. */
const PLACE_LIMIT = 200;

/** @param now wall clock, epoch ms: the piece is kept for 30 days from then */
export function quarantineItem(source: Source, refused: Refused, now: number): Item {
  return {
    ...keyOf({ day: `${source}#${dayOf(refused)}`, place: placeOf(refused) }),
    ...storedRaw(refused.raw),
    reason: { S: printable(refused.reason, TEXT_LIMIT) },
    where: { S: printable(refused.where, TEXT_LIMIT) },
    expires: { N: String(Math.floor(now / 1000) + KEEP_SECONDS) },
  };
}

/** The UTC day, which data of no known time has none of: it goes to the first. */
export function dayOf({ at }: Pick<Refused, 'at'>): string {
  return new Date(Number.isFinite(new Date(at).getTime()) ? at : 0).toISOString().slice(0, 10);
}

export function keyOf({ day, place }: Pick<KeptPiece, 'day' | 'place'>): Item {
  return { pk: { S: day }, sk: { S: place } };
}

export function pieceIn(item: Item): KeptPiece {
  const day = item['pk']?.S ?? '';
  const encoding = item['encoding']?.S;
  return {
    source: sourceIn(day),
    day,
    place: item['sk']?.S ?? '',
    stored: item['raw']?.B ?? new Uint8Array(),
    ...((encoding === 'gzip' || encoding === 'cut') && { encoding }),
    reason: item['reason']?.S ?? '',
  };
}

function sourceIn(day: string): KeptPiece['source'] {
  if (day.startsWith('ingester-')) return 'ingester';
  return day.startsWith('bar-store#') ? 'bar-store' : 'rollup';
}

/** The data as it came; undefined where it was too long, so that only its beginning is kept. */
export function rawOf({ stored, encoding }: KeptPiece): Uint8Array | undefined {
  if (encoding === 'cut') return undefined;
  return encoding === 'gzip' ? gunzipSync(stored) : stored;
}

/** The place as a key holds it: where it must be cut its hash still tells it from others. */
function placeOf({ place }: Refused): string {
  const shown = printable(place, PLACE_LIMIT);
  return shown === place ? place : `${shown}#${sha256(place)}`;
}

/** Attributes that hold the data: as it is, compressed, or its beginning with the full length and hash. */
function storedRaw(raw: Uint8Array): Item {
  if (raw.byteLength <= RAW_LIMIT) return { raw: { B: raw } };
  const compressed = gzipSync(raw);
  if (compressed.byteLength <= RAW_LIMIT) return { raw: { B: compressed }, encoding: { S: 'gzip' } };
  return {
    raw: { B: raw.subarray(0, RAW_LIMIT) },
    encoding: { S: 'cut' },
    length: { N: String(raw.byteLength) },
    sha256: { S: sha256(raw) },
  };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
