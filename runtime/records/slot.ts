/** Slots: the 64 fixed parts of the symbol space that state, order and watermarks are kept for. */
import { hash } from 'node:crypto';

/** How many slots there are. Part of the record contract: it never changes. */
export const SLOTS = 64;

/** All slot numbers, ascending. */
export const slots: readonly number[] = Array.from({ length: SLOTS }, (_, slot) => slot);

const HASH_KEYS: readonly string[] = slots.map(slot => (BigInt(slot) << 122n).toString());
const MEMO_LIMIT = 100_000;
const memo = new Map<string, number>();

/** The slot of a symbol: the top 6 bits of MD5(symbol). */
export function slotOf(symbol: string): number {
  const known = memo.get(symbol);
  if (known !== undefined) return known;
  const slot = Number.parseInt(hash('md5', symbol).slice(0, 2), 16) >> 2;
  if (memo.size >= MEMO_LIMIT) memo.clear();
  memo.set(symbol, slot);
  return slot;
}

/** The Kinesis `ExplicitHashKey` of a slot: `slot · 2^122`, so that a slot lies wholly in one shard however shards split. */
export function explicitHashKey(slot: number): string {
  const key = HASH_KEYS[slot];
  if (key === undefined) throw new RangeError(`slot ${slot} is unknown: use 0 to ${SLOTS - 1}`);
  return key;
}

/** The Kinesis `PartitionKey` of records that concern a whole slot (watermarks and slot-wide coverage). */
export function slotPartitionKey(slot: number): string {
  return `~slot/${slot}`;
}

/** In how many lanes passed-on events travel, each of a few slots. Part of the record contract too. */
export const LANES = 16;
const SLOTS_PER_LANE = SLOTS / LANES;

/** The lane of a symbol's events: its slot's upper 4 bits. */
export function laneOf(symbol: string): number {
  return Math.floor(slotOf(symbol) / SLOTS_PER_LANE);
}

/** The first slot of a lane, where its records go. */
export function slotOfLane(lane: number): number {
  return lane * SLOTS_PER_LANE;
}
