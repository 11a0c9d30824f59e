/** Who does not hold the lease promises nothing. */
import { describe, expect, test } from '@jest/globals';
import type { Item } from '../../../runtime/ingester/slot-queue.ts';
import { WatermarkFence } from '../../../runtime/ingester/watermark-fence.ts';
import { item } from './support/records.ts';

const never = new AbortController().signal;

function fenced(mayPromise: boolean) {
  const put: Item[] = [];
  const fence = new WatermarkFence({
    mayPromise: () => mayPromise,
    put: async items => {
      put.push(...items);
      return { entries: items.slice(0, 1), codes: { InternalFailure: 1 } };
    },
  });
  return { fence, put };
}

const bar = item('bar', 1, 'A');
const watermark = item('watermark', 2, '');

describe('a request', () => {
  test('goes out whole while the lease is held', async () => {
    const { fence, put } = fenced(true);
    expect((await fence.put([bar, watermark], never)).entries).toEqual([bar]);
    expect(put).toEqual([bar, watermark]);
    expect([fence.passed(bar), fence.passed(watermark), fence.count]).toEqual([true, true, 0]);
  });

  test('goes out without its watermarks otherwise, which count as done but not as taken', async () => {
    const { fence, put } = fenced(false);
    expect((await fence.put([watermark, bar], never)).entries).toEqual([bar]);
    expect(put).toEqual([bar]);
    expect([fence.passed(bar), fence.passed(watermark), fence.count]).toEqual([true, false, 1]);
  });

  test('of watermarks alone is not made at all', async () => {
    const { fence, put } = fenced(false);
    expect(await fence.put([watermark], never)).toEqual({ entries: [], codes: {} });
    expect(put).toEqual([]);
  });
});
