/** Looks at refused data again: what the code of today accepts goes on the minutes stream, the rest stays with its reason. */
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/names.ts';
import type { Entry } from '../../runtime/platform/put-records.ts';
import type { MinuteBar } from '../../runtime/records/bar.ts';
import { FURTHEST_AHEAD, reasonOf } from '../../runtime/records/check.ts';
import { decodeMinuteRecord } from '../../runtime/records/decode.ts';
import { encodeCoverage, encodeMinuteBar } from '../../runtime/records/encode.ts';
import { explicitHashKey, slotOf, slotPartitionKey } from '../../runtime/records/slot.ts';
import { OLDER_THAN_THE_LOG, OLDEST_NEW_LOG } from '../../runtime/rollup/slot-work.ts';
import type { KeptPieces } from '../../runtime/tables/quarantine/kept-pieces.ts';
import { type KeptPiece, rawOf } from '../../runtime/tables/quarantine/quarantine-item.ts';
import { minuteBarOf } from '../../runtime/vendor/channels/minute-bar.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';

export interface RedriveQuarantine {
  readonly store: Pick<KeptPieces, 'pages' | 'mark'>;
  /** Puts records on the minutes stream. @throws when not all are acknowledged */
  readonly put: (entries: readonly Entry[]) => Promise<void>;
  readonly market: Market;
  /** The present, epoch ms. */
  readonly now: number;
  /** Whether to act, or only to say what there is. */
  readonly act: boolean;
  readonly say: (line: string) => void;
}

/** So many reasons for which pieces stay are told apart: they name values, of which there can be any number. */
const MOST_REASONS = 50;
const OTHER_REASONS = 'other reasons';

/** Safe to repeat: a bar keeps the version it came with, so that a newer one of its minute wins. */
export async function redriveQuarantine(options: RedriveQuarantine) {
  const { store, put, act, say } = options;
  const left = new Map<string, number>();
  const counts = { found: 0, accepted: 0, done: 0, left: 0 };
  for await (const page of store.pages()) {
    counts.found += page.length;
    const accepted: { readonly item: KeptPiece; readonly entry: Entry }[] = [];
    for (const item of page) {
      const verdict = look(item, options);
      if (typeof verdict !== 'string') {
        accepted.push({ item, entry: verdict });
        continue;
      }
      const reason = left.has(verdict) || left.size < MOST_REASONS ? verdict : OTHER_REASONS;
      left.set(reason, (left.get(reason) ?? 0) + 1);
      counts.left++;
    }
    counts.accepted += accepted.length;
    if (!act) continue;
    await put(accepted.map(({ entry }) => entry));
    for (const { item } of accepted) await store.mark(item);
    counts.done += accepted.length;
  }
  for (const [reason, count] of left) say(`${count} stay: ${reason}`);
  return counts;
}

/** @returns the record to put, or why there is none */
function look(item: KeptPiece, { market, now }: RedriveQuarantine): Entry | string {
  const raw = rawOf(item);
  if (raw === undefined) return 'too long: only the beginning was kept';
  const text = Buffer.from(raw).toString();
  if (item.source === 'bar-store')
    return 'found on the stream of bars, on which the roll-up alone puts: its minutes, imported again, make it anew';
  return item.source === 'ingester'
    ? vendorBar(text, item.place, market, now)
    : minuteRecord(text, item, market, now);
}

function minuteRecord(text: string, { reason }: KeptPiece, market: Market, now: number): Entry | string {
  const record = decodeMinuteRecord(text, market);
  if (record.type === 'invalid') return `still refused: ${record.reason}`;
  // Younger minutes were refused because a watermark from the future had made them old.
  if (record.type === 'watermark') return 'a watermark, which later ones have replaced';
  const minute = record.type === 'bar' ? record.start : record.minute;
  if (reason === OLDER_THAN_THE_LOG && minute + OLDEST_NEW_LOG <= now)
    return `${reason}: no log is left that could take them`;
  if (minute > now + FURTHEST_AHEAD) return 'still refused: of a time that has not come';
  if (record.type === 'bar') return entryOf(record);
  return {
    partitionKey: record.symbol ?? slotPartitionKey(record.slot),
    explicitHashKey: explicitHashKey(record.slot),
    data: Buffer.from(encodeCoverage(record)),
  };
}

/** @param place begins with the event time (epoch ms) at which the bar came, which is its version */
function vendorBar(text: string, place: string, market: Market, now: number): Entry | string {
  try {
    const context = { market, row: channelTable.minutes[market], calendar: calendarOf(market), now };
    const event: unknown = JSON.parse(text);
    return entryOf(minuteBarOf(Object(event), { ...context, version: Number(place.split('#')[0]) }));
  } catch (error) {
    return `still refused: ${error instanceof SyntaxError ? 'not JSON' : reasonOf(error)}`;
  }
}

function entryOf(bar: MinuteBar): Entry {
  return {
    partitionKey: bar.symbol,
    explicitHashKey: explicitHashKey(slotOf(bar.symbol)),
    data: Buffer.from(encodeMinuteBar(bar)),
  };
}
