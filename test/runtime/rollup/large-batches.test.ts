/** Batches over many blocks: what they cost grows with their rows, and what they hold at once is bounded. */
import { describe, expect, test } from '@jest/globals';
import type { MinuteBar } from '../../../runtime/records/bar.ts';
import { encodeMinuteBar, encodeWatermark } from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import type { Gate } from '../../support/gate.ts';
import { minuteBar, RollupOnTwins, streamRecord } from '../../support/rollup-on-twins.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2024-01-02T15:00Z');
const watermarkText = (through: number, slot = slotOf('AAPL')) =>
  encodeWatermark({ type: 'watermark', slot, through, epoch: 1 });
const iso = (ms: number) => new Date(ms).toISOString();

/** Counts the requests to the table. */
class CountingGate implements Gate {
  requests = 0;

  pass<T>(_: string, effect: () => T): Promise<T> {
    this.requests++;
    return Promise.resolve(effect());
  }
}

/** A minute a day, each with the watermarks that an import puts behind it. */
function sparseDays(from: number, to: number): (MinuteBar | string)[] {
  const records: (MinuteBar | string)[] = [];
  for (let day = from; day < to; day++) {
    const start = FIRST + day * DAY;
    records.push(minuteBar(start), iso(start + 60_000), iso(start + DAY));
  }
  return records;
}

describe('a history with a minute a day', () => {
  test.each([1, 10])('costs a request or two a minute, in %i batches', async batches => {
    const gate = new CountingGate();
    const rollup = new RollupOnTwins('stocks', { gate });
    const days = 150;
    const size = days / batches;
    for (let batch = 0; batch < batches; batch++)
      await rollup.deliver(...sparseDays(batch * size, (batch + 1) * size));
    expect(rollup.bars('5m')).toHaveLength(days);
    expect(gate.requests).toBeLessThan(2 * days);
  });

  test('costs no more than twice as much when it comes again, to a worker that has forgotten it', async () => {
    const gate = new CountingGate();
    const rollup = new RollupOnTwins('stocks', { gate });
    await rollup.deliver(...sparseDays(0, 150));
    const before = rollup.bars('4h').slice(-150);
    rollup.startCold();
    gate.requests = 0;
    await rollup.deliver(...sparseDays(0, 150));
    expect(gate.requests).toBeLessThan(4 * 150);
    expect(rollup.bars('4h').slice(-150)).toEqual(before);
    expect(rollup.quarantined()).toEqual([]);
  });

  test('is judged as it was the first time when its batch is delivered again half done', async () => {
    const gate = new FailingGate();
    const rollup = new RollupOnTwins('stocks', { gate });
    await rollup.deliver(...sparseDays(0, 1));
    const [day, old] = [minuteBar(FIRST + DAY), minuteBar(FIRST - 3 * DAY)];
    const records = [encodeMinuteBar(day), encodeMinuteBar(old), watermarkText(FIRST + 10 * DAY)].map(
      (text, index) => streamRecord(Buffer.from(text), BigInt(1_000 + index)),
    );
    gate.puts = 1;
    await expect(rollup.redeliver(...records)).rejects.toThrow('out of order');
    gate.puts = Number.POSITIVE_INFINITY;
    rollup.startCold();
    await rollup.redeliver(...records);
    expect(rollup.quarantined()).toEqual([]);
    expect(rollup.bars('5m').map(({ start }) => start)).toEqual([FIRST, day.start, old.start]);
  });
});

describe('a batch over more blocks than there is room for', () => {
  const symbols = Array.from({ length: 20 }, (_, index) => `S${index}`);
  const blocks = Array.from({ length: 16 }, (_, index) => FIRST + index * DAY);
  /** Room for some blocks of some symbols, and not for all. */
  const ROOM = 1_000_000;

  /** Twice the same history; the second time it lies in the table already, and the worker has forgotten it. */
  async function barsWith(cacheBytes: number) {
    let most = 0;
    const gate: Gate = {
      pass: (_, effect) => {
        most = Math.max(most, rollup.cache.bytes);
        return Promise.resolve(effect());
      },
    };
    const rollup: RollupOnTwins = new RollupOnTwins('stocks', { cacheBytes, gate });
    for (const minute of [0, 60_000]) {
      rollup.startCold();
      await rollup.deliver(
        ...blocks.flatMap(start => symbols.map(symbol => minuteBar(start + minute, { symbol }))),
        ...[...new Set(symbols.map(slotOf))].map(slot => Buffer.from(watermarkText(FIRST + 17 * DAY, slot))),
      );
    }
    const bars = rollup.bars().map(bar => JSON.stringify(bar));
    return { bars: bars.toSorted(), most };
  }

  test('holds no more of them at once, and ends in the same bars', async () => {
    const [tight, wide] = [await barsWith(ROOM), await barsWith(1_000 * ROOM)];
    expect(wide.most).toBeGreaterThan(4 * ROOM);
    expect(tight.most).toBeLessThan(1.5 * ROOM);
    expect(tight.bars).toEqual(wide.bars);
  });
});

/** Lets so many appends through and no more. */
class FailingGate implements Gate {
  puts = Number.POSITIVE_INFINITY;

  pass<T>(call: string, effect: () => T): Promise<T> {
    if (call === 'PutItem' && this.puts-- <= 0) return Promise.reject(new Error('out of order'));
    return Promise.resolve(effect());
  }
}
