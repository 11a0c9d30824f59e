/** Metric math: what alarms may compute from several metrics. */
import { describe, expect, test } from '@jest/globals';
import { parseExpression } from '../../../local/alarms/expression.ts';

const values: Readonly<Record<string, number>> = { a: 6, b: 3, zero: 0 };
const compute = (text: string) => parseExpression(text).values(id => [values[id]], 1)[0];

describe('metric math', () => {
  test.each([
    ['a + b * 2', 12],
    ['(a + b) * 2', 18],
    ['a - b - 1', 2],
    ['100 * b / a', 50],
    ['-b + a', 3],
    ['a > b', 1],
    ['a <= b', 0],
    ['a == 6', 1],
    ['a != 6', 0],
    ['IF(a > 5, b, 0)', 3],
    ['IF(a < 5, b, 0.5)', 0.5],
    ['FILL(a, 7)', 6],
    ['MAX(a, b, 1)', 6],
    ['MIN(a, b, 1)', 1],
  ])('%s is %d', (text, expected) => {
    expect(compute(text)).toBe(expected);
  });

  test('has no value where a metric that it needs has none', () => {
    expect(compute('a + gone')).toBeUndefined();
    expect(compute('IF(gone, a, b)')).toBeUndefined();
  });

  test('fills a metric that has some datapoints, and leaves one that has none', () => {
    const fill = parseExpression('FILL(m, 0) + 1');
    expect(fill.values(() => [undefined, 5, undefined], 3)).toEqual([1, 6, 1]);
    expect(fill.values(() => [undefined, undefined], 2)).toEqual([undefined, undefined]);
  });

  test('needs only the branch that IF takes', () => {
    expect(compute('IF(a > 5, b, gone)')).toBe(3);
  });

  test('has no value when it divides by zero', () => {
    expect(compute('a / zero')).toBeUndefined();
  });

  test('names every id that it refers to', () => {
    expect(parseExpression('IF(a > 0, 100 * b / a, 0)').ids).toEqual(['a', 'b']);
  });

  test.each([
    ['a +', "'a +' has its end where a number, an id, a function or ( is expected"],
    ['(a', "'(a' has its end where ')' is expected"],
    ['a b', "'a b' has 'b' where the end is expected"],
    ['RATE(a)', "'RATE(a)' uses RATE with 1 arguments: use IF(a, b, c), FILL(a, b), MAX(a, b), MIN(a, b)"],
  ])('refuses %s', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });
});
