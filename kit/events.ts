/** Passed-on events: reads the packed records of the events stream, strictly; what cannot be used comes back with the reason, and nothing throws. */
import { gunzipSync } from 'node:zlib';
import { Refused, reasonOf, wholeIn } from '../runtime/records/check.ts';
import { ENVELOPE_SCHEMA, LATEST_INSTANT } from '../runtime/records/envelope.ts';
import { type Found, isKpl } from './read.ts';

/** An event of the vendor's, in its own words, and who passed it on. Fields as the stream spells them; times are epoch ms. */
export interface PassedOnEvent {
  /** When it came. */
  readonly ingest_ts: number;
  /** The vendor's kind: `T`, `Q`, `FMV` … */
  readonly type: string;
  readonly symbol: string;
  /** `T.AAPL` */
  readonly topic: string;
  readonly feed: string;
  /** The vendor's time of it. */
  readonly ts: number;
  readonly payload: Readonly<Record<string, unknown>>;
  /** As the vendor wrote it: nanoseconds have more digits than a number in `payload` holds. */
  readonly payloadText: string;
  readonly hostname: string;
  readonly app_version: string;
  readonly schema_version: typeof ENVELOPE_SCHEMA;
  /** Rises by one per event of a process: a hole is a drop, and what comes again has the same one, `hostname` and `ingest_ts`. */
  readonly seq: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Bytes of a record when it is unpacked; more is none of ours. */
const LARGEST = 64 * 1024 * 1024;
const BEFORE_PAYLOAD = ',"payload":';
const AFTER_PAYLOAD = ',"hostname":';

/** The events of a record's data, in its order. */
export function eventsIn(data: Uint8Array): readonly Found<PassedOnEvent>[] {
  if (isKpl(data)) return [{ kind: 'skipped', as: 'kpl' }];
  try {
    const text = gunzipSync(data, { maxOutputLength: LARGEST }).toString();
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(eventIn);
  } catch (error) {
    const { code } = Object(error);
    return [refusal(`record is no gzip of at most ${LARGEST} bytes (${code})`, data)];
  }
}

function eventIn(line: string): Found<PassedOnEvent> {
  try {
    return { kind: 'item', item: eventOf(line) };
  } catch (error) {
    return refusal(reasonOf(error), Buffer.from(line));
  }
}

function refusal(reason: string, data: Uint8Array): Found<never> {
  return { kind: 'refused', reason, data };
}

/** @throws Refused */
function eventOf(line: string): PassedOnEvent {
  const fields = fieldsIn(line, 'record');
  const { schema_version } = fields;
  if (schema_version !== ENVELOPE_SCHEMA)
    throw new Refused('schema_version', schema_version, `this reader knows ${ENVELOPE_SCHEMA}`);
  return {
    ingest_ts: wholeIn('ingest_ts', fields['ingest_ts'], 0, LATEST_INSTANT),
    type: textIn('type', fields),
    symbol: textIn('symbol', fields),
    topic: textIn('topic', fields),
    feed: textIn('feed', fields),
    ts: wholeIn('ts', fields['ts'], 0, LATEST_INSTANT),
    payload: objectIn('payload', fields['payload']),
    payloadText: payloadIn(line, fields['payload']),
    hostname: textIn('hostname', fields),
    app_version: textIn('app_version', fields),
    schema_version: ENVELOPE_SCHEMA,
    seq: wholeIn('seq', fields['seq'], 1),
  };
}

/** Its text stands between two names that are written nowhere before it, nor after it. */
function payloadIn(line: string, payload: unknown): string {
  const [start, end] = [line.indexOf(BEFORE_PAYLOAD), line.lastIndexOf(AFTER_PAYLOAD)];
  return start < 0 || end < start ? JSON.stringify(payload) : line.slice(start + BEFORE_PAYLOAD.length, end);
}

function fieldsIn(line: string, name: string): Fields {
  try {
    return objectIn(name, JSON.parse(line));
  } catch (error) {
    throw error instanceof SyntaxError ? new Refused(name, line, 'not JSON') : error;
  }
}

function objectIn(name: string, value: unknown): Fields {
  if (isFields(value)) return value;
  throw new Refused(name, value, 'not a JSON object');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(name: string, fields: Fields): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refused(name, value, 'use a text');
}
