/** Who does not hold the lease lets no watermark out. */
import { describe, expect, test } from '@jest/globals';
import type { Item } from '../../../../../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import { WatermarkFence } from '../../../../../runtime/ingester/sinks/minutes-stream/watermark-fence.ts';
import { item } from '../../support/records.ts';

const never = new AbortController().signal;

function fenced(epoch: number | undefined) {
  const put: Item[] = [];
  const fence = new WatermarkFence({
    epoch: () => epoch,
    put: async items => {
      put.push(...items);
      return { entries: items.slice(0, 1), codes: { InternalFailure: 1 } };
    },
  });
  return { fence, put };
}

const bar = item('bar', 1, 'A');
const watermark = { ...item('watermark', 2, ''), epoch: 7 };

describe('a request', () => {
  test('goes out whole while the lease is held', async () => {
    const { fence, put } = fenced(7);
    expect((await fence.put([bar, watermark], never)).entries).toEqual([bar]);
    expect(put).toEqual([bar, watermark]);
    expect([fence.passed(bar), fence.passed(watermark), fence.count]).toEqual([true, true, 0]);
  });

  test.each([
    ['is not held', undefined],
    ['was lost and is held anew', 9],
  ])(
    'goes out without its watermarks while the lease %s: they count as done but not as taken',
    async (_, epoch) => {
      const { fence, put } = fenced(epoch);
      expect((await fence.put([watermark, bar], never)).entries).toEqual([bar]);
      expect(put).toEqual([bar]);
      expect([fence.passed(bar), fence.passed(watermark), fence.count]).toEqual([true, false, 1]);
    },
  );

  test('of watermarks alone is not made at all', async () => {
    const { fence, put } = fenced(undefined);
    expect(await fence.put([watermark], never)).toEqual({ entries: [], codes: {} });
    expect(put).toEqual([]);
  });
});
