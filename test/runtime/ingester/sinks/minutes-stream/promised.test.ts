/** How far a successor may rely on what was promised. */
import { describe, expect, test } from '@jest/globals';
import { Promised } from '../../../../../runtime/ingester/sinks/minutes-stream/promised.ts';
import { encodeWatermark } from '../../../../../runtime/records/encode.ts';
import { MINUTE, OPEN } from '../../support/records.ts';

const watermark = (slot: number, through: number) => ({
  kind: 'watermark' as const,
  slot,
  data: Buffer.from(encodeWatermark({ type: 'watermark', slot, through, epoch: 1 })),
});

describe('what is promised', () => {
  test('is the lowest watermark that the stream has taken of any slot', () => {
    const promised = new Promised();
    promised.acknowledged(watermark(1, OPEN + 2 * MINUTE));
    expect(promised.lowest([1, 2])).toBeUndefined();
    promised.acknowledged(watermark(2, OPEN + MINUTE));
    expect(promised.lowest([1, 2])).toBe(OPEN + MINUTE);
  });

  test('begins with what an earlier holder had promised, and never goes back', () => {
    const promised = new Promised();
    promised.begin(OPEN);
    expect(promised.lowest([1])).toBe(OPEN);
    promised.acknowledged(watermark(1, OPEN - MINUTE));
    expect(promised.lowest([1])).toBe(OPEN);
  });

  test('waits for a slot that joined later', () => {
    const promised = new Promised();
    promised.acknowledged(watermark(1, OPEN));
    expect(promised.lowest([1])).toBe(OPEN);
    promised.acknowledged(watermark(1, OPEN + MINUTE));
    expect(promised.lowest([1, 2])).toBe(OPEN);
    promised.acknowledged(watermark(2, OPEN + MINUTE));
    expect(promised.lowest([1, 2])).toBe(OPEN + MINUTE);
  });

  test('is not moved by bars, nor by having no slots', () => {
    const promised = new Promised();
    promised.acknowledged({ ...watermark(1, OPEN), kind: 'bar' });
    expect([promised.lowest([1]), promised.lowest([])]).toEqual([undefined, undefined]);
  });
});
