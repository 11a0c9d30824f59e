/** What the ingester writes, and what becomes of minutes that it can no longer hold. */
import { describe, expect, test } from '@jest/globals';
import { Versions } from '../../../../../runtime/ingester/lease/versions.ts';
import { MinutesStream } from '../../../../../runtime/ingester/sinks/minutes-stream/minutes-stream.ts';
import type { Item } from '../../../../../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import { decodeMinuteRecord } from '../../../../../runtime/records/decode.ts';
import { slotOf } from '../../../../../runtime/records/slot.ts';
import { MemoryLogger } from '../../support/log.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

function minutesStream() {
  const items: Item[] = [];
  const losses: string[] = [];
  const outlet = { filled: 0, add: (item: Item) => items.push(item) };
  const logger = new MemoryLogger();
  const stream = new MinutesStream({
    outlet,
    versions: new Versions(() => OPEN, 0),
    epoch: () => 42,
    onLost: () => losses.push('lost'),
    logger,
  });
  const records = () => items.map(({ data }) => decodeMinuteRecord(Buffer.from(data).toString(), 'stocks'));
  return { stream, items, losses, outlet, logger, records };
}

describe('the minutes stream', () => {
  test('keys bars by symbol and slot records by slot, both under the hash key of the slot', () => {
    const { stream, items } = minutesStream();
    stream.bar(bar());
    stream.declare({ minutes: [OPEN], slots: [34], symbols: [], covered: false });
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
    stream.declare({ minutes: [OPEN], slots: [3], symbols: [], covered: false });
    stream.watermark(OPEN + MINUTE, [3]);
    expect(records()).toEqual([
      bar(),
      { type: 'coverage', slot: 3, minute: OPEN, covered: false, version: OPEN },
      { type: 'watermark', slot: 3, through: OPEN + MINUTE, epoch: 42 },
    ]);
  });

  test('lets bars go beyond its limit, says so once, and promises nothing for their slot until it is told that they are there', () => {
    const { stream, outlet, logger, losses, records } = minutesStream();
    const slot = slotOf('AAPL');
    outlet.filled = 1;
    expect(stream.bar(bar({ start: OPEN + MINUTE }))).toBe(false);
    expect(stream.bar(bar())).toBe(false);
    stream.watermark(OPEN + MINUTE, [slot, 3]);
    const other = { type: 'watermark', slot: 3, through: OPEN + MINUTE, epoch: 42 };
    expect(records()).toEqual([other]);
    outlet.filled = 0.4;
    expect(stream.takeLost()).toEqual([{ minutes: [OPEN, OPEN + MINUTE], slots: [slot] }]);
    stream.watermark(OPEN + 2 * MINUTE, [slot]);
    expect(records()).toEqual([other]);
    stream.regained([slot]);
    expect(records()).toEqual([other, { type: 'watermark', slot, through: OPEN + 2 * MINUTE, epoch: 42 }]);
    expect(stream.lostBars).toBe(2);
    expect(losses).toEqual(['lost']);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines.join()).toContain('2025-11-20T14:31:00.000Z');
  });

  test('hands over lost minutes in parts of like minutes, and holds a slot back that loses more meanwhile', () => {
    const { stream, outlet, losses, records } = minutesStream();
    outlet.filled = 1;
    for (const symbol of ['AAPL', 'MSFT']) stream.bar(bar({ symbol }));
    stream.bar(bar({ symbol: 'MSFT', start: OPEN + MINUTE }));
    const [apple, microsoft] = ['AAPL', 'MSFT'].map(slotOf);
    expect(stream.takeLost()).toEqual([
      { minutes: [OPEN], slots: [apple] },
      { minutes: [OPEN, OPEN + MINUTE], slots: [microsoft] },
    ]);
    stream.bar(bar({ start: OPEN + MINUTE }));
    stream.watermark(OPEN + 2 * MINUTE, [slotOf('AAPL'), slotOf('MSFT')]);
    stream.regained([slotOf('AAPL'), slotOf('MSFT')]);
    expect(records()).toMatchObject([{ slot: microsoft, through: OPEN + 2 * MINUTE }]);
    expect(losses).toHaveLength(2);
    expect(stream.takeLost()).toEqual([{ minutes: [OPEN + MINUTE], slots: [apple] }]);
  });

  test('promises nothing that was held back after it has begun anew', () => {
    const { stream, outlet, records } = minutesStream();
    outlet.filled = 1;
    stream.bar(bar());
    stream.watermark(OPEN + MINUTE, [slotOf('AAPL')]);
    stream.begin();
    stream.regained([slotOf('AAPL')]);
    expect(records()).toEqual([]);
    expect(stream.takeLost()).toEqual([]);
  });
});
