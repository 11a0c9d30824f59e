/** A feed as one answer sees it: all its parts are of one state of the log, and what was read for one is not read again for another. */
import type { LoggedBlock } from '../../tables/chunks/logged-block.ts';
import type { SlotHead } from '../../tables/chunks/slot-reader.ts';
import type { Feed } from './feed.ts';

/** Begins with the newest chunk of a slot, once that is asked for: it tells how long the newest log is, and that there is none behind it. */
export function viewOf(feed: Feed): Feed {
  const heads = new Map<number, Promise<SlotHead>>();
  const blocks = new Map<string, Promise<LoggedBlock>>();
  const nexts = new Map<string, Promise<number>>();

  const get: Feed['blocks']['get'] = (slot, block, signal) =>
    kept(blocks, `${slot}@${block.start}`, async () => {
      const head = await heads.get(slot);
      const chunks = head?.block === block.start ? head.chunks : undefined;
      return feed.blocks.get(slot, block, signal, chunks);
    });

  const next: Feed['blocks']['next'] = (slot, start, signal) =>
    kept(nexts, `${slot}@${start}`, async () => {
      const head = await heads.get(slot);
      if (head === undefined || head.block === undefined || start < head.block)
        return feed.blocks.next(slot, start, signal);
      const isThere =
        start === head.block && (await get(slot, feed.windows.blockOf(start), signal)).chunks > 0;
      return isThere ? start : Number.POSITIVE_INFINITY;
    });

  return {
    ...feed,
    slots: {
      newest: (slot, at) => kept(heads, slot, () => feed.slots.newest(slot, at)),
      lastBlock: async (slot, before) => {
        const head = await heads.get(slot);
        return head?.block !== undefined && head.block < before
          ? head.block
          : feed.slots.lastBlock(slot, before);
      },
      read: (slot, at, dayStart) => feed.slots.read(slot, at, dayStart),
    },
    blocks: { get, next },
    uncovered: {
      has: async (slot, block, through) => {
        const head = await heads.get(slot);
        return head?.block === block.start ? head.uncovered > 0 : feed.uncovered.has(slot, block, through);
      },
    },
  };
}

function kept<K, V>(values: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  const value = values.get(key) ?? read();
  values.set(key, value);
  return value;
}
