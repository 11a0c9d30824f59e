/** Items in order, as a list of them that is sorted again and again would have them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SortedItems, type Stored } from '../../../../local/engine/dynamodb/sorted-items.ts';

const place = fc.string({ unit: fc.constantFrom('a', 'b', '\xff'), maxLength: 4 });

describe('sorted items', () => {
  test('are those that were put last and not deleted, between any two places, either way', () => {
    const step = fc.record({ place, size: fc.nat(9), isDelete: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), place, place, (steps, from, to) => {
        const items = new SortedItems();
        const model = new Map<string, Stored>();
        for (const [index, { isDelete, ...rest }] of steps.entries()) {
          const item = { ...rest, text: String(index) };
          if (isDelete) items.delete(item.place);
          else items.put(item);
          if (isDelete) model.delete(item.place);
          else model.set(item.place, item);
        }
        const expected = [...model.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
        const between = expected.filter(each => each.place >= from && each.place < to);
        expect([...items.between('', '\uffff', true)]).toEqual(expected);
        expect([...items.between(from, to, true)]).toEqual(between);
        expect([...items.between(from, to, false)]).toEqual(between.toReversed());
        expect(items.get(from)).toEqual(model.get(from));
        expect(items.count).toBe(expected.length);
        expect(items.bytes).toBe(expected.reduce((sum, { size }) => sum + size, 0));
      }),
    );
  });

  test.each([
    ['in order', (n: number) => n],
    ['backwards', (n: number) => 9_999 - n],
    ['anywhere', (n: number) => (n * 7_919) % 10_000],
  ])('are found among many that were put %s', (_, nth) => {
    const items = new SortedItems();
    const placeOf = (n: number) => String(n).padStart(5, '0');
    for (let n = 0; n < 10_000; n++) items.put({ place: placeOf(nth(n)), text: '{}', size: 1 });
    expect([...items.between('', '\uffff', true)].map(each => Number(each.place))).toEqual(
      Array.from({ length: 10_000 }, (_, n) => n),
    );
    const [first] = items.between(placeOf(0), placeOf(5_000), false);
    expect(first?.place).toBe(placeOf(4_999));
    for (let n = 0; n < 10_000; n += 2) items.delete(placeOf(nth(n)));
    expect(items.count).toBe(5_000);
    expect([...items.between('', '\uffff', false)]).toHaveLength(5_000);
  });
});
