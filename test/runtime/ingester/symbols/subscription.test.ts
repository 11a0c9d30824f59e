/** A subscription that changes: what is added, what is removed, and whose windows are still open. */
import { describe, expect, test } from '@jest/globals';
import { Subscription } from '../../../../runtime/ingester/symbols/subscription.ts';
import { slotOf } from '../../../../runtime/records/slot.ts';

const END = 1_763_668_800_000;
/** End of a minute in the middle of the block. */
const ENDED = END - 7_200_000;
const block = { start: END - 14_400_000, end: END };
const slotsOf = (...symbols: string[]) => [...new Set(symbols.map(slotOf))].sort((a, b) => a - b);

describe('a subscription', () => {
  test('says what a change adds and removes', () => {
    const subscription = new Subscription(['AAPL', 'MSFT']);
    expect(subscription.changeTo(['MSFT', 'TSLA'])).toEqual({ added: ['TSLA'], removed: ['AAPL'] });
    subscription.watermark(ENDED);
    subscription.replace(['MSFT', 'TSLA'], block, ENDED);
    expect(subscription.has('AAPL')).toBe(false);
    expect(subscription.has('TSLA')).toBe(true);
    expect(subscription.symbols).toEqual(['MSFT', 'TSLA']);
  });

  test('keeps the slot of a removed symbol until its last windows are closed', () => {
    const subscription = new Subscription(['AAPL', 'MSFT']);
    subscription.replace(['MSFT'], block, ENDED);
    expect(subscription.slots).toEqual(slotsOf('AAPL', 'MSFT'));
    subscription.watermark(END - 1);
    expect(subscription.slots).toEqual(slotsOf('AAPL', 'MSFT'));
    subscription.watermark(END);
    expect(subscription.slots).toEqual(slotsOf('MSFT'));
  });

  test('still takes bars of a removed symbol until the watermark has passed its last minute', () => {
    const subscription = new Subscription(['AAPL', 'MSFT']);
    subscription.watermark(ENDED - 60_000);
    subscription.replace(['MSFT'], block, ENDED);
    expect(subscription.has('AAPL')).toBe(true);
    subscription.watermark(ENDED);
    expect(subscription.has('AAPL')).toBe(false);
  });

  test('may become everything and a list again', () => {
    const subscription = new Subscription(['AAPL']);
    expect(subscription.changeTo('*')).toEqual({ added: ['*'], removed: ['AAPL'] });
    subscription.replace('*', block, ENDED);
    expect(subscription.has('ANY')).toBe(true);
    expect(subscription.slots).toHaveLength(64);
    expect(subscription.changeTo(['AAPL'])).toEqual({ added: ['AAPL'], removed: ['*'] });
    subscription.replace(['AAPL'], block, ENDED);
    subscription.watermark(END);
    expect(subscription.slots).toEqual(slotsOf('AAPL'));
  });

  test('knows in which block a symbol joined, for it has nothing of the blocks before', () => {
    const subscription = new Subscription(['AAPL']);
    subscription.replace(['AAPL', 'TSLA'], block, ENDED);
    expect([subscription.since('AAPL'), subscription.since('TSLA')]).toEqual([0, block.start]);
    subscription.replace('*', { start: END, end: END + 14_400_000 }, ENDED);
    expect([subscription.since('TSLA'), subscription.since('ANY')]).toEqual([END, END]);
  });
});
