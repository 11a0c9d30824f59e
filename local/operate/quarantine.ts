/** Looks at refused data again: what the code of today accepts goes on the minutes stream, the rest stays with its reason. */
import { gunzipSync } from 'node:zlib';
import type { MinuteBar } from '../../runtime/bars/bar.ts';
import { calendarOf } from '../../runtime/bars/calendar.ts';
import { Refused } from '../../runtime/bars/check.ts';
import { decodeMinuteRecord } from '../../runtime/bars/decode.ts';
import { encodeCoverage, encodeMinuteBar } from '../../runtime/bars/encode.ts';
import type { Market } from '../../runtime/bars/names.ts';
import { explicitHashKey, slotOf, slotPartitionKey } from '../../runtime/bars/slot.ts';
import { minuteBarOf } from '../../runtime/ingester/polygon/bar.ts';
import { dialects } from '../../runtime/ingester/polygon/dialect.ts';
import type { Entry } from '../../runtime/platform/put-records.ts';

/** An item of the quarantine table. */
export interface Quarantined {
  /** `<who refused it>#<UTC day>`. */
  readonly pk: string;
  readonly sk: string;
  readonly raw: Uint8Array;
  /** `gzip` or `cut` where the data did not fit as it was. */
  readonly encoding?: string | undefined;
  readonly reason: string;
}

export interface QuarantineStore {
  /** Items that have not been redriven. */
  items(): Promise<readonly Quarantined[]>;
  /** Marks the item, so that it is not taken again; it stays until it expires. */
  mark(item: Quarantined): Promise<void>;
}

export interface RedriveQuarantine {
  readonly store: QuarantineStore;
  /** Puts records on the minutes stream. @throws when not all are acknowledged */
  readonly put: (entries: readonly Entry[]) => Promise<void>;
  readonly market: Market;
  /** The present, epoch ms. */
  readonly now: number;
  /** Whether to act, or only to say what there is. */
  readonly act: boolean;
  readonly say: (line: string) => void;
}

/** Safe to repeat: a bar keeps the version it came with, so that a newer one of its minute wins. */
export async function redriveQuarantine(options: RedriveQuarantine) {
  const { store, put, act, say } = options;
  const items = await store.items();
  const left = new Map<string, number>();
  let accepted = 0;
  for (const item of items) {
    const verdict = look(item, options);
    if (typeof verdict === 'string') {
      left.set(verdict, (left.get(verdict) ?? 0) + 1);
      continue;
    }
    accepted++;
    if (act) {
      await put([verdict]);
      await store.mark(item);
    }
  }
  for (const [reason, count] of left) say(`${count} stay: ${reason}`);
  return { found: items.length, accepted, done: act ? accepted : 0, left: items.length - accepted };
}

/** @returns the record to put, or why there is none */
function look(item: Quarantined, { market, now }: RedriveQuarantine): Entry | string {
  if (item.reason === 'older than the log') return `${item.reason}: no log is left that could take them`;
  if (item.encoding === 'cut') return 'too long: only the beginning was kept';
  const text = Buffer.from(item.encoding === 'gzip' ? gunzipSync(item.raw) : item.raw).toString();
  return item.pk.startsWith('ingester-') ? vendorBar(text, item.sk, market, now) : minuteRecord(text, market);
}

function minuteRecord(text: string, market: Market): Entry | string {
  const record = decodeMinuteRecord(text, market);
  if (record.type === 'invalid') return `still refused: ${record.reason}`;
  if (record.type === 'bar') return entryOf(record);
  // A promise of then: later watermarks say more.
  if (record.type === 'watermark') return 'a watermark, which later ones have replaced';
  return {
    partitionKey: record.symbol ?? slotPartitionKey(record.slot),
    explicitHashKey: explicitHashKey(record.slot),
    data: Buffer.from(encodeCoverage(record)),
  };
}

/** @param place begins with the event time (epoch ms) at which the bar came, which is its version */
function vendorBar(text: string, place: string, market: Market, now: number): Entry | string {
  try {
    const context = { market, dialect: dialects[market], calendar: calendarOf(market), now };
    const event: unknown = JSON.parse(text);
    return entryOf(minuteBarOf(Object(event), { ...context, version: Number(place.split('#')[0]) }));
  } catch (error) {
    if (error instanceof Refused) return `still refused: ${error.message}`;
    if (error instanceof SyntaxError) return 'still refused: not JSON';
    throw error;
  }
}

function entryOf(bar: MinuteBar): Entry {
  return {
    partitionKey: bar.symbol,
    explicitHashKey: explicitHashKey(slotOf(bar.symbol)),
    data: Buffer.from(encodeMinuteBar(bar)),
  };
}
