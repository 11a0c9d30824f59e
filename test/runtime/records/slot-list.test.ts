/** Lists of slots: what the infrastructure writes for the monitor, the monitor reads. */
import { expect, test } from '@jest/globals';
import { slotOf, slots } from '../../../runtime/records/slot.ts';
import { slotsIn, slotsOf } from '../../../runtime/records/slot-list.ts';

test('the slots of symbols are those that they are in, ascending and each once', () => {
  const symbols = ['AAPL', 'BRK.B', 'SPY', 'TpC', 'BTC-USD', 'A', 'ZZZ', 'AAPL'];
  expect(slotsOf(symbols)).toEqual([...new Set(symbols.map(slotOf))].sort((a, b) => a - b));
  expect(slotsOf(['AAPL', 'BRK.B', 'SPY'])).toEqual([22, 34, 58]);
  expect(slotsOf('*')).toBe(slots);
});

test('a list is read as it was written, and what is no slot is named', () => {
  expect(slotsIn(slotsOf(['AAPL', 'BRK.B', 'SPY']).join(','))).toEqual([22, 34, 58]);
  expect(slotsIn('*')).toBe(slots);
  for (const part of ['64', 'x', '1.5', ''])
    expect(() => slotsIn(`1,${part}`)).toThrow(`'${part}' is no slot: use * or numbers from 0 to 63`);
});
