/** How far a successor may rely on what was acknowledged. */
import { describe, expect, test } from '@jest/globals';
import { Acknowledged } from '../../../../../runtime/ingester/sinks/minutes-stream/acknowledged.ts';
import { encodeWatermark } from '../../../../../runtime/records/encode.ts';
import { minuteBarData } from '../../../../../runtime/records/fast/encode.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

const watermark = (slot: number, through: number) => ({
  kind: 'watermark' as const,
  slot,
  partitionKey: `~slot/${slot}`,
  data: Buffer.from(encodeWatermark({ type: 'watermark', slot, through, epoch: 1 })),
});

describe('the watermark that a successor finds', () => {
  test('is the lowest watermark that the stream has taken of any slot', () => {
    const acknowledged = new Acknowledged(() => OPEN);
    acknowledged.add(watermark(1, OPEN + 2 * MINUTE));
    expect(acknowledged.lowest([1, 2])).toBeUndefined();
    acknowledged.add(watermark(2, OPEN + MINUTE));
    expect(acknowledged.lowest([1, 2])).toBe(OPEN + MINUTE);
  });

  test('begins with that of an earlier holder, and never goes back', () => {
    const acknowledged = new Acknowledged(() => OPEN);
    acknowledged.begin(OPEN);
    expect(acknowledged.lowest([1])).toBe(OPEN);
    acknowledged.add(watermark(1, OPEN - MINUTE));
    expect(acknowledged.lowest([1])).toBe(OPEN);
  });

  test('waits for a slot that joined later', () => {
    const acknowledged = new Acknowledged(() => OPEN);
    acknowledged.add(watermark(1, OPEN));
    expect(acknowledged.lowest([1])).toBe(OPEN);
    acknowledged.add(watermark(1, OPEN + MINUTE));
    expect(acknowledged.lowest([1, 2])).toBe(OPEN);
    acknowledged.add(watermark(2, OPEN + MINUTE));
    expect(acknowledged.lowest([1, 2])).toBe(OPEN + MINUTE);
  });

  test('is not moved by bars, nor by having no slots', () => {
    const acknowledged = new Acknowledged(() => OPEN);
    acknowledged.add({ ...watermark(1, OPEN), kind: 'bar' });
    expect([acknowledged.lowest([1]), acknowledged.lowest([])]).toEqual([undefined, undefined]);
  });

  test('leaves bars to whoever counts them, by symbol and start', () => {
    const seen: [string, number][] = [];
    const acknowledged = new Acknowledged(
      () => OPEN,
      (...bar) => seen.push(bar),
    );
    acknowledged.add(watermark(1, OPEN));
    for (const symbol of ['AAPL', 'odd,"start":7,'])
      acknowledged.add({
        ...{ kind: 'bar', slot: 1, partitionKey: symbol },
        data: minuteBarData(bar({ symbol, start: OPEN + MINUTE })),
      });
    expect(seen).toEqual([
      ['AAPL', OPEN + MINUTE],
      ['odd,"start":7,', OPEN + MINUTE],
    ]);
  });

  test('is counted, as all records are that the stream has taken', () => {
    const acknowledged = new Acknowledged(() => OPEN);
    acknowledged.add(watermark(1, OPEN));
    acknowledged.add({ ...watermark(1, OPEN), kind: 'bar' });
    acknowledged.add({ ...watermark(1, OPEN), kind: 'bar' });
    expect(acknowledged.counts).toEqual({ bar: 2, coverage: 0, watermark: 1 });
    expect(acknowledged.perSecond).toBe(3 / 60);
  });
});
