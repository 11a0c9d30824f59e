/** Numbers as they are shown. */
import { describe, expect, test } from '@jest/globals';
import {
  changeOf,
  decimalsOf,
  priceText,
  shortVolume,
  tallyText,
  volumeText,
} from '../../../page/model/numbers.ts';

describe('a symbol’s decimals', () => {
  test.each<[number[], number]>([
    [[], 2],
    [[212, 212.5], 2],
    [[0.1234, 1], 4],
    [[1e-7], 7],
    [[1.23456789012], 8],
  ])('of %p are %p', (prices, decimals) => expect(decimalsOf(prices)).toBe(decimals));

  test('only grow', () => expect(decimalsOf([1.5], 4)).toBe(4));
});

test('prices have the symbol’s decimals, grouped, with a true minus', () => {
  expect(priceText(1234.5, 2)).toBe('1,234.50');
  expect(priceText(-37.63, 2)).toBe('−37.63');
  expect(priceText(0.05, 4)).toBe('0.0500');
});

test('volumes are whole, or short on the axis', () => {
  expect(volumeText(1_234_567)).toBe('1,234,567');
  expect(volumeText(0.12345)).toBe('0.12');
  expect([tallyText(12_345), tallyText(1_234_567)]).toEqual(['12,345', '1.2M']);
  expect([shortVolume(1_250_000), shortVolume(900)]).toEqual(['1.3M', '900']);
});

describe('a change', () => {
  test('says how much, what share, and which way', () => {
    expect(changeOf(102, 100, 2)).toEqual({ amount: '+2.00', share: '+2.00%', direction: 'up' });
    expect(changeOf(99, 100, 2)).toEqual({ amount: '−1.00', share: '−1.00%', direction: 'down' });
    expect(changeOf(100, 100, 2)).toEqual({ amount: '0.00', share: '0.00%', direction: 'flat' });
  });

  test('from below zero is a share of what it was', () => {
    expect(changeOf(-5, -10, 2)?.share).toBe('+50.00%');
  });

  test('has no sign where it rounds to nothing', () => {
    expect(changeOf(100.001, 100, 2)?.amount).toBe('0.00');
  });

  test('needs something to compare with', () => {
    expect(changeOf(100, undefined, 2)).toBeUndefined();
    expect(changeOf(undefined, 100, 2)).toBeUndefined();
    expect(changeOf(100, 0, 2)).toBeUndefined();
  });
});
