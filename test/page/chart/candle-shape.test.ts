/** What candles look like: told apart by fill, and not by colour alone. */
import { describe, expect, test } from '@jest/globals';
import { candleShape } from '../../../page/chart/candle-shape.ts';
import { bar } from '../support/bars.ts';

/** 10 px a price, upwards from 0 at 200 px. */
const place = { x: 50, width: 14, stroke: 2, yOf: (price: number) => 200 - 10 * price };
const rising = bar(0, { open: 10, high: 12, low: 9, close: 11 });
const falling = bar(0, { open: 11, high: 12, low: 9, close: 10 });
const wicks = [
  { x: 49, y: 80, width: 2, height: 10 },
  { x: 49, y: 100, width: 2, height: 10 },
];
const body = { x: 43, y: 90, width: 14, height: 10 };

describe('a candle', () => {
  test('that rises is hollow, with wicks outside its body only', () => {
    expect(candleShape(rising, place)).toEqual({
      filled: [
        ...wicks,
        { ...body, height: 2 },
        { ...body, y: 98, height: 2 },
        { ...body, width: 2 },
        { ...body, x: 55, width: 2 },
      ],
    });
  });

  test('that falls is solid', () => {
    expect(candleShape(falling, place)).toEqual({ filled: [...wicks, body] });
  });

  test('of an open window is dashed, whichever way it goes', () => {
    for (const candle of [rising, falling])
      expect(candleShape({ ...candle, final: false }, place)).toEqual({ filled: wicks, dashed: body });
  });

  test('without a change is a line, and without a wick only that', () => {
    const flat = bar(0, { open: 10, high: 10, low: 10, close: 10 });
    expect(candleShape(flat, place)).toEqual({ filled: [{ ...body, y: 100, height: 2 }] });
  });

  test('too narrow to be hollow is solid, and as narrow as its wick at last', () => {
    expect(candleShape(rising, { ...place, width: 5 }).filled.at(-1)).toEqual({ ...body, x: 48, width: 4 });
    expect(candleShape(rising, { ...place, width: 0.3 }).filled.at(-1)).toEqual({ ...body, x: 49, width: 2 });
  });
});
