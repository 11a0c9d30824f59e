/** What the ingester writes, and what becomes of minutes that it can no longer hold. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Versions } from '../../../../../runtime/ingester/lease/versions.ts';
import { Acknowledged } from '../../../../../runtime/ingester/sinks/minutes-stream/acknowledged.ts';
import { MinutesStream } from '../../../../../runtime/ingester/sinks/minutes-stream/minutes-stream.ts';
import type { Item } from '../../../../../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import { decodeMinuteRecord } from '../../../../../runtime/records/decode.ts';
import { slotOf } from '../../../../../runtime/records/slot.ts';
import { MemoryLogger } from '../../support/log.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

function minutesStream() {
  const items: Item[] = [];
  const backlog = {
    filled: 0,
    held: { records: 0, bars: 0, bytes: 0, onDisk: 0 },
    add: (item: Item) => void items.push(item),
    untilCalm: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const logger = new MemoryLogger();
  const stream = new MinutesStream({
    backlog,
    acknowledged: new Acknowledged(() => OPEN),
    versions: new Versions(() => OPEN, 0),
    epoch: () => 42,
    logger,
  });
  const records = () => items.map(({ data }) => decodeMinuteRecord(Buffer.from(data).toString(), 'stocks'));
  return { stream, items, backlog, logger, records };
}

describe('the minutes stream', () => {
  test('keys bars by symbol and slot records by slot, both under the hash key of the slot', () => {
    const { stream, items } = minutesStream();
    stream.accept(bar());
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
    stream.accept(bar());
    stream.declare({ minutes: [OPEN], slots: [3], symbols: [], covered: false });
    stream.watermark(OPEN + MINUTE, [3]);
    expect(records()).toEqual([
      bar(),
      { type: 'coverage', slot: 3, minute: OPEN, covered: false, version: OPEN },
      { type: 'watermark', slot: 3, through: OPEN + MINUTE, epoch: 42 },
    ]);
  });

  test('lets bars go beyond its limit, says so once, and puts no watermark for their slot until it is told that they are there', () => {
    const { stream, backlog, logger, records } = minutesStream();
    const slot = slotOf('AAPL');
    backlog.filled = 1;
    expect(stream.accept(bar({ start: OPEN + MINUTE }))).toBe(false);
    expect(stream.accept(bar())).toBe(false);
    stream.watermark(OPEN + MINUTE, [slot, 3]);
    const other = { type: 'watermark', slot: 3, through: OPEN + MINUTE, epoch: 42 };
    expect(records()).toEqual([other]);
    backlog.filled = 0.4;
    expect(stream.takeLetGo()).toEqual([{ minutes: [OPEN, OPEN + MINUTE], slots: [slot] }]);
    stream.watermark(OPEN + 2 * MINUTE, [slot]);
    expect(records()).toEqual([other]);
    stream.restored([slot]);
    expect(records()).toEqual([other, { type: 'watermark', slot, through: OPEN + 2 * MINUTE, epoch: 42 }]);
    expect(stream.stats.dropped).toBe(2);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines.join()).toContain('2025-11-20T14:31:00.000Z');
  });

  test('hands over minutes that were let go in parts of like minutes, and holds a slot back that lets more go meanwhile', () => {
    const { stream, backlog, records } = minutesStream();
    backlog.filled = 1;
    for (const symbol of ['AAPL', 'MSFT']) stream.accept(bar({ symbol }));
    stream.accept(bar({ symbol: 'MSFT', start: OPEN + MINUTE }));
    const [apple, microsoft] = ['AAPL', 'MSFT'].map(slotOf);
    expect(stream.takeLetGo()).toEqual([
      { minutes: [OPEN], slots: [apple] },
      { minutes: [OPEN, OPEN + MINUTE], slots: [microsoft] },
    ]);
    stream.accept(bar({ start: OPEN + MINUTE }));
    stream.watermark(OPEN + 2 * MINUTE, [slotOf('AAPL'), slotOf('MSFT')]);
    stream.restored([slotOf('AAPL'), slotOf('MSFT')]);
    expect(records()).toMatchObject([{ slot: microsoft, through: OPEN + 2 * MINUTE }]);
    expect(stream.takeLetGo()).toEqual([{ minutes: [OPEN + MINUTE], slots: [apple] }]);
  });

  test('puts no watermark that was held back after it has begun anew', () => {
    const { stream, backlog, records } = minutesStream();
    backlog.filled = 1;
    stream.accept(bar());
    stream.watermark(OPEN + MINUTE, [slotOf('AAPL')]);
    stream.begin(undefined);
    stream.restored([slotOf('AAPL')]);
    expect(records()).toEqual([]);
    expect(stream.takeLetGo()).toEqual([]);
  });

  test('tells whoever fetches what is let go, each time that it begins anew', async () => {
    const { stream, backlog } = minutesStream();
    const told: string[] = [];
    const signal = new AbortController().signal;
    const wait = () => stream.untilLetGo(signal).then(() => void told.push('let go'));
    const first = wait();
    stream.accept(bar());
    await turn();
    expect(told).toEqual([]);
    backlog.filled = 1;
    stream.accept(bar());
    await Promise.all([first, wait()]);
    stream.takeLetGo();
    const next = wait();
    await turn();
    expect(told).toHaveLength(2);
    stream.accept(bar());
    await next;
    const stopped = new AbortController();
    stream.takeLetGo();
    const last = stream.untilLetGo(stopped.signal);
    stopped.abort(new Error('told to stop'));
    await expect(last).rejects.toThrow('told to stop');
  });
});
