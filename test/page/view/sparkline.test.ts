/** Small lines. */
import { expect, test } from '@jest/globals';
import { sparkPath } from '../../../page/view/sparkline.ts';

test('a line goes from edge to edge, its lowest at the bottom', () => {
  expect(sparkPath([1, 3, 2])).toBe('M1.0 18.0L17.0 2.0L33.0 10.0');
});

test('of one value there is no line, and of equal ones a level one', () => {
  expect(sparkPath([1])).toBe('');
  expect(sparkPath([2, 2])).toBe('M1.0 10.0L33.0 10.0');
});
