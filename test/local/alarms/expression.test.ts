/** Metric math: what alarms may compute from several metrics. */
import { describe, expect, test } from '@jest/globals';
import { parseExpression } from '../../../local/alarms/expression.ts';

const values: Readonly<Record<string, number>> = { a: 6, b: 3, zero: 0 };
const compute = (text: string) => parseExpression(text).values(id => [values[id]], 1)[0];

describe('metric math', () => {
  test.each([
    ['a - b * 2', 0],
    ['a - b - 1', 2],
    ['100 * b / a', 50],
    ['a > b', 1],
    ['b > a', 0],
    ['a - b > 2', 1],
    ['IF(a > 5, b, 0)', 3],
    ['IF(b > 5, b, 0.5)', 0.5],
  ])('%s is %d', (text, expected) => {
    expect(compute(text)).toBe(expected);
  });

  test('has no value where a metric that it needs has none', () => {
    expect(compute('a - gone')).toBeUndefined();
    expect(compute('IF(gone, a, b)')).toBeUndefined();
  });

  test('sums up those of all metrics that have a datapoint', () => {
    const series: Readonly<Record<string, (number | undefined)[]>> = {
      a: [1, undefined, 2],
      b: [undefined, undefined, 5],
    };
    const sum = parseExpression('SUM(METRICS())', ['a', 'b']);
    expect(sum.values(id => series[id] ?? [], 3)).toEqual([1, undefined, 7]);
    expect(sum.ids).toEqual(['a', 'b']);
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
    ['a -', "'a -' has its end where a number, an id or a function is expected"],
    ['IF(a', "'IF(a' has its end where ',' is expected"],
    ['a b', "'a b' has 'b' where >, -, *, / or the end is expected"],
    ['RATE(a)', "'RATE(a)' uses RATE, which is not computed here: use IF(a, b, c) or SUM(METRICS())"],
    ['FILL(a, 7)', 'uses FILL, which is not computed here'],
    ['MAX(a, b)', 'uses MAX, which is not computed here'],
    ['MIN(a, b)', 'uses MIN, which is not computed here'],
    ['SUM(a)', "has 'a' where 'METRICS' is expected"],
    ['(a)', "has '(' where a number, an id or a function is expected"],
    ['-a', "has '-' where a number, an id or a function is expected"],
    ['a + b', "has '+' where >, -, *, / or the end is expected"],
    ['a < b', "has '<' where >"],
    ['a >= b', "has '>=' where >"],
    ['a == b', "has '==' where >"],
    ['a != b', "has '!=' where >"],
  ])('refuses %s', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });
});
