/** Slots never change: a symbol's slot and a slot's place in the hash space are part of the record contract. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explicitHashKey, SLOTS, slotOf, slotPartitionKey, slots } from '../../../runtime/records/slot.ts';

test.each([
  ['AAPL', 34],
  ['NVDA', 31],
  ['TpC', 28],
  ['BTC-USD', 29],
])('%s is in slot %i', (symbol, slot) => {
  expect(slotOf(symbol)).toBe(slot);
});

test('a slot is the top six bits of the MD5 of the symbol, remembered or not', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 64 }), symbol => {
      const slot = (createHash('md5').update(symbol).digest()[0] ?? 0) >> 2;
      expect([slotOf(symbol), slotOf(symbol)]).toEqual([slot, slot]);
    }),
  );
});

test('the slots share the hash space evenly, so that any power of two of shards up to 64 shares them evenly', () => {
  const keys = slots.map(slot => BigInt(explicitHashKey(slot)));
  expect(keys).toEqual(slots.map(slot => BigInt(slot) * (2n ** 128n / BigInt(SLOTS))));
});

test('there is no slot beyond 63', () => {
  expect(() => explicitHashKey(64)).toThrow('slot 64 is unknown: use 0 to 63');
  expect(() => explicitHashKey(-1)).toThrow('slot -1 is unknown: use 0 to 63');
});

test('records of a whole slot have a partition key that no symbol has', () => {
  expect(slotPartitionKey(34)).toBe('~slot/34');
});
