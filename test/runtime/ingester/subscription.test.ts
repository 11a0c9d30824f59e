/** A subscription that changes: what is added, what is removed, and whose windows are still open. */
import { describe, expect, test } from '@jest/globals';
import { slotOf } from '../../../runtime/bars/slot.ts';
import { Subscription } from '../../../runtime/ingester/subscription.ts';

const END = 1_763_668_800_000;
const slotsOf = (...symbols: string[]) => [...new Set(symbols.map(slotOf))].sort((a, b) => a - b);

describe('a subscription', () => {
  test('says what a change adds and removes', () => {
    const subscription = new Subscription(['AAPL', 'MSFT']);
    expect(subscription.replace(['MSFT', 'TSLA'], END)).toEqual({ added: ['TSLA'], removed: ['AAPL'] });
    expect(subscription.has('AAPL')).toBe(false);
    expect(subscription.has('TSLA')).toBe(true);
    expect(subscription.symbols).toEqual(['MSFT', 'TSLA']);
  });

  test('keeps the slot of a removed symbol until its last windows are closed', () => {
    const subscription = new Subscription(['AAPL', 'MSFT']);
    subscription.replace(['MSFT'], END);
    expect(subscription.slots).toEqual(slotsOf('AAPL', 'MSFT'));
    subscription.promised(END - 1);
    expect(subscription.slots).toEqual(slotsOf('AAPL', 'MSFT'));
    subscription.promised(END);
    expect(subscription.slots).toEqual(slotsOf('MSFT'));
  });

  test('may become everything and a list again', () => {
    const subscription = new Subscription(['AAPL']);
    expect(subscription.replace('*', END)).toEqual({ added: ['*'], removed: ['AAPL'] });
    expect(subscription.has('ANY')).toBe(true);
    expect(subscription.slots).toHaveLength(64);
    expect(subscription.replace(['AAPL'], END)).toEqual({ added: ['AAPL'], removed: ['*'] });
    subscription.promised(END);
    expect(subscription.slots).toEqual(slotsOf('AAPL'));
  });
});
