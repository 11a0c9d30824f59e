/** The benchmarks' table: medians, ratios, and when a target is met. */
import { describe, expect, test } from '@jest/globals';
import { inTurns, median, type Row } from '../../bench/harness.ts';
import { isMet, ratioOf, tableOf } from '../../bench/table.ts';

const row: Row = { what: 'fold', median: 8, range: [7, 9], unit: 'M minutes/s' };
const limit = { name: 'bare loop', median: 32 };

describe('a median', () => {
  test('is the middle of an odd and between the middles of an even number of values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
  });

  test('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('a row', () => {
  test('is compared with its limit where it has one', () => {
    expect(ratioOf({ ...row, limit })).toBe(0.25);
    expect(ratioOf(row)).toBeUndefined();
  });

  test('meets a target by its median, or by its ratio where the target says so', () => {
    expect(isMet(row)).toBeUndefined();
    expect(isMet({ ...row, target: { kind: 'at least', value: 8 } })).toBe(true);
    expect(isMet({ ...row, target: { kind: 'at least', value: 8.1 } })).toBe(false);
    expect(isMet({ ...row, target: { kind: 'at most', value: 7.9 } })).toBe(false);
    expect(isMet({ ...row, limit, target: { kind: 'at most', value: 0.25, of: 'ratio' } })).toBe(true);
    expect(isMet({ ...row, limit, target: { kind: 'at least', value: 3, of: 'ratio' } })).toBe(false);
  });

  test('with a target of a ratio but no limit is not met', () => {
    expect(isMet({ ...row, target: { kind: 'at least', value: 0, of: 'ratio' } })).toBe(false);
  });

  test('says what it is, how it compares and whether it is good enough', () => {
    const [, line] = tableOf([{ ...row, limit, target: { kind: 'at least', value: 10 } }]).split('\n');
    expect(line).toBe('fold  8 M minutes/s  7–9    32 bare loop             0.25 ×  at least 10: MISSED');
  });
});

test('candidates run in turns, and the first round does not count', async () => {
  const order: string[] = [];
  const taken = await inTurns(
    { a: { run: () => order.push('a') }, b: { run: () => order.push('b') } },
    2,
    () => undefined,
  );
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect([taken.get('a')?.length, taken.get('b')?.length]).toEqual([2, 2]);
});
