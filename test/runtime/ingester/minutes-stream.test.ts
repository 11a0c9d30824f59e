/** What the ingester writes, and what becomes of minutes that it can no longer hold. */
import { describe, expect, test } from '@jest/globals';
import { decodeMinuteRecord } from '../../../runtime/bars/decode.ts';
import { slotOf } from '../../../runtime/bars/slot.ts';
import { MinutesStream } from '../../../runtime/ingester/minutes-stream.ts';
import type { Item } from '../../../runtime/ingester/slot-queue.ts';
import { Versions } from '../../../runtime/ingester/versions.ts';
import { MemoryLogger } from './support/log.ts';
import { bar, MINUTE, OPEN } from './support/records.ts';

function minutesStream() {
  const items: Item[] = [];
  const outlet = { filled: 0, add: (item: Item) => items.push(item) };
  const logger = new MemoryLogger();
  const stream = new MinutesStream({
    outlet,
    versions: new Versions(() => OPEN, 0),
    epoch: () => 42,
    logger,
  });
  const records = () => items.map(({ data }) => decodeMinuteRecord(Buffer.from(data).toString(), 'stocks'));
  return { stream, items, outlet, logger, records };
}

describe('the minutes stream', () => {
  test('keys bars by symbol and slot records by slot, both under the hash key of the slot', () => {
    const { stream, items } = minutesStream();
    stream.bar(bar());
    stream.uncovered([OPEN], [34]);
    stream.watermark(OPEN + MINUTE, [34]);
    expect(slotOf('AAPL')).toBe(34);
    expect(items.map(({ partitionKey }) => partitionKey)).toEqual(['AAPL', '~slot/34', '~slot/34']);
    expect(new Set(items.map(({ explicitHashKey }) => explicitHashKey))).toEqual(
      new Set([(34n << 122n).toString()]),
    );
  });

  test('writes records that its readers understand', () => {
    const { stream, records } = minutesStream();
    stream.bar(bar());
    stream.uncovered([OPEN], [3]);
    stream.watermark(OPEN + MINUTE, [3]);
    expect(records()).toEqual([
      bar(),
      { type: 'coverage', slot: 3, minute: OPEN, covered: false, version: OPEN },
      { type: 'watermark', slot: 3, through: OPEN + MINUTE, epoch: 42 },
    ]);
  });

  test('lets bars go beyond its limit, says so, and declares their minutes uncovered before any watermark', () => {
    const { stream, outlet, logger, records } = minutesStream();
    const slot = slotOf('AAPL');
    outlet.filled = 1;
    expect(stream.bar(bar())).toBe(false);
    expect(stream.bar(bar({ start: OPEN + MINUTE }))).toBe(false);
    stream.watermark(OPEN + MINUTE, [slot, 3]);
    expect(records()).toEqual([{ type: 'watermark', slot: 3, through: OPEN + MINUTE, epoch: 42 }]);
    outlet.filled = 0.4;
    stream.watermark(OPEN + 2 * MINUTE, [slot]);
    expect(records().slice(1)).toEqual([
      { type: 'coverage', slot, minute: OPEN, covered: false, version: OPEN },
      { type: 'coverage', slot, minute: OPEN + MINUTE, covered: false, version: OPEN + 1 },
      { type: 'watermark', slot, through: OPEN + MINUTE, epoch: 42 },
      { type: 'watermark', slot, through: OPEN + 2 * MINUTE, epoch: 42 },
    ]);
    expect(stream.lostBars).toBe(2);
    expect(logger.lines).toHaveLength(2);
    expect(logger.lines.join()).toContain('2025-11-20T14:30:00.000Z');
  });
});
