/** What the bar store asks of its table, and what it does when that has no room or no time. */
import { describe, expect, jest, test } from '@jest/globals';
import type { LongerBar } from '../../../kit/index.ts';
import { BarStore, type BarStoreProps } from '../../../runtime/bar-store/bar-store.ts';
import { Persistence } from '../../../runtime/bar-store/persistence.ts';
import { rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import { defaultStoreDays } from '../../../runtime/platform/store-days.ts';
import { DAY, type KnownSymbol } from '../../../runtime/tables/bars/symbol-registry.ts';
import { bar, START } from '../../kit/support/bars.ts';

const NOW = START + DAY;
const ample = new AbortController().signal;

/** Tables in memory, which count what they are asked. */
class Tables {
  readonly asked = { puts: 0, reads: 0, widened: 0 };
  readonly symbols = new Map<string, KnownSymbol>();
  readonly expires: number[] = [];
  /** How many requests are under way now, and were at most. */
  open = 0;
  most = 0;

  store(props: Partial<BarStoreProps> = {}): BarStore {
    return new BarStore({
      table: { put: () => this.#answer(() => ++this.asked.puts > 0) },
      registry: {
        read: symbols =>
          this.#answer(() => {
            this.asked.reads++;
            return { known: symbols.flatMap(symbol => this.symbols.get(symbol) ?? []), unread: [] };
          }),
        widen: (to, _known, expires) =>
          this.#answer(() => {
            this.asked.widened++;
            this.expires.push(expires);
            this.symbols.set(to.symbol, to);
          }),
      },
      days: defaultStoreDays,
      wallClock: () => NOW,
      persistence: new Persistence({ first: 1, longest: 1 }),
      ...props,
    });
  }

  async #answer<T>(effect: () => T): Promise<T> {
    this.most = Math.max(this.most, ++this.open);
    await null;
    this.open--;
    return effect();
  }
}

const everyTimeframe = (symbols: number): LongerBar[] =>
  Array.from({ length: symbols }, (_, n) =>
    rolledTimeframes.map(timeframe => bar({ symbol: `S${n}`, timeframe })),
  ).flat();

const noRoom = Object.assign(new Error('no room'), { name: 'ThrottlingException' });

describe('the registry', () => {
  test('costs 11,000 symbols in five timeframes one write a symbol at first, and nothing after it', async () => {
    const tables = new Tables();
    const store = tables.store();
    await store.write(everyTimeframe(11_000), ample);
    expect(tables.asked).toEqual({ puts: 55_000, reads: 110, widened: 11_000 });
    await store.write(everyTimeframe(11_000), ample);
    expect(tables.asked).toEqual({ puts: 110_000, reads: 110, widened: 11_000 });
  });

  test('costs another worker, or one that begins anew, reads and no write', async () => {
    const tables = new Tables();
    await tables.store().write(everyTimeframe(150), ample);
    await tables.store().write(everyTimeframe(150), ample);
    expect(tables.asked).toMatchObject({ reads: 4, widened: 150 });
  });

  test('is written again for a day that it does not know, at either end, and keeps a symbol as long as its bars', async () => {
    const tables = new Tables();
    const store = tables.store();
    for (const days of [0, 1, -1, 0]) await store.write([bar({ start: START + days * DAY })], ample);
    expect(tables.asked).toMatchObject({ reads: 3, widened: 3 });
    expect(tables.expires).toEqual(Array(3).fill((NOW + 400 * DAY) / 1_000));
  });

  test('reads on what the table had no room for', async () => {
    const tables = new Tables();
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const read = jest
      .fn<BarStoreProps['registry']['read']>()
      .mockResolvedValueOnce({ known: [], unread: ['B'] })
      .mockImplementationOnce(async symbols => {
        resolve(symbols);
        return { known: [], unread: [] };
      });
    const registry = { read, widen: async () => {} };
    const counts = await tables.store({ registry }).write([bar(), bar({ symbol: 'B' })], ample);
    expect(await promise).toEqual(['B']);
    expect(counts.throttled).toBe(1);
  });
});

describe('a batch', () => {
  test('is reduced to its highest versions, and at most 32 requests are under way', async () => {
    const tables = new Tables();
    const versions = Array.from({ length: 100 }, (_, n) => bar({ symbol: `S${n % 50}`, version: n + 1 }));
    expect(await tables.store().write(versions, ample)).toEqual({ stored: 50, superseded: 0, throttled: 0 });
    expect([tables.most, tables.open]).toEqual([32, 0]);
  });

  test('waits where the table has no room, for as long as there is time', async () => {
    const put = jest.fn<BarStoreProps['table']['put']>();
    for (let n = 0; n < 20; n++) put.mockRejectedValueOnce(noRoom);
    put.mockResolvedValue(true);
    const counts = await new Tables().store({ table: { put } }).write([bar()], ample);
    expect(counts).toEqual({ stored: 1, superseded: 0, throttled: 20 });
  });

  test('ends when there is no time any more, and nothing of it runs on', async () => {
    const deadline = new AbortController();
    const put = jest.fn<BarStoreProps['table']['put']>().mockImplementation(async () => {
      if (put.mock.calls.length === 40) deadline.abort(new Error('out of time'));
      throw noRoom;
    });
    const writing = new Tables().store({ table: { put } }).write(everyTimeframe(100), deadline.signal);
    await expect(writing).rejects.toThrow();
    const { length } = put.mock.calls;
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(put).toHaveBeenCalledTimes(length);
  });

  test('fails at once for what time does not mend, and begins no more', async () => {
    const put = jest.fn<BarStoreProps['table']['put']>().mockRejectedValue(new Error('no such table'));
    const tables = new Tables();
    await expect(tables.store({ table: { put } }).write(everyTimeframe(100), ample)).rejects.toThrow(
      'no such table',
    );
    expect(put.mock.calls.length).toBeLessThanOrEqual(32);
    expect(tables.asked.widened).toBe(0);
  });
});
