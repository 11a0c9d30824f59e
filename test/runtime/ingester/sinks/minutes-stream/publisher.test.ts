/** Order and completeness of what reaches the stream, whatever the stream refuses. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Publisher } from '../../../../../runtime/ingester/sinks/minutes-stream/publisher.ts';
import type { Item } from '../../../../../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import { MemoryLogger } from '../../support/log.ts';
import { item } from '../../support/records.ts';

const unlimited = { room: () => ({ records: Infinity, bytes: Infinity }), spend: () => undefined };
const atOnce = { first: 0, longest: 0 };
const never = new AbortController().signal;

/** A stream that follows a script: for each request, which entries it refuses, or that it does not answer. */
type Turn = { readonly refuse: readonly boolean[]; readonly answer: 'given' | 'lost' | 'lost after storing' };

/** Remembers every stored item with the number of its request, and which slots were under way together. */
class ScriptedStream {
  readonly stored: { item: Item; request: number }[] = [];
  readonly sizes: number[] = [];
  readonly #script: Turn[];
  readonly #underWay = new Set<number>();
  #requests = 0;
  overlaps = 0;

  constructor(script: readonly Turn[]) {
    this.#script = [...script];
  }

  async put(items: readonly Item[]) {
    const request = this.#requests++;
    this.sizes.push(items.length);
    const turn = this.#script.shift();
    const slots = new Set(items.map(({ slot }) => slot));
    for (const slot of slots) if (this.#underWay.has(slot)) this.overlaps++;
    for (const slot of slots) this.#underWay.add(slot);
    await new Promise(resolve => setImmediate(resolve));
    for (const slot of slots) this.#underWay.delete(slot);
    const refused = items.filter((_, index) => turn?.refuse[index % (turn.refuse.length || 1)] === true);
    const isLost = turn !== undefined && turn.answer !== 'given';
    if (turn?.answer !== 'lost')
      for (const each of items) if (!refused.includes(each)) this.stored.push({ item: each, request });
    if (isLost) throw new Error('no answer');
    return { entries: refused, codes: { ProvisionedThroughputExceededException: refused.length } };
  }
}

const turns = fc.array(
  fc.record({
    refuse: fc.array(fc.boolean(), { maxLength: 7 }),
    answer: fc.constantFrom('given', 'given', 'given', 'lost', 'lost after storing'),
  }),
  { maxLength: 30 },
);
const work = fc.array(
  fc.record({
    kind: fc.constantFrom('bar', 'bar', 'bar', 'coverage', 'watermark'),
    slot: fc.integer({ min: 0, max: 4 }),
    symbol: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 120 },
);

describe('the publisher', () => {
  test('keeps order per symbol, and watermarks behind all they cover, whatever the stream refuses', async () => {
    await fc.assert(
      fc.asyncProperty(turns, work, async (script, plan) => {
        const stream = new ScriptedStream(script);
        const publisher = new Publisher({
          put: items => stream.put(items),
          pacer: unlimited,
          logger: new MemoryLogger(),
          backoff: atOnce,
        });
        const added = plan.map(({ kind, slot, symbol }, index) =>
          item(kind, slot, kind === 'watermark' ? '' : `${kind}${slot}.${symbol}`, String(index)),
        );
        for (const each of added) publisher.add(each);
        await publisher.flush(never);
        expect(publisher.held).toEqual({ records: 0, bars: 0, bytes: 0 });
        expect(stream.overlaps).toBe(0);
        const first = new Map<Item, { place: number; request: number }>();
        const lastRequest = new Map<Item, number>();
        for (const [place, { item: each, request }] of stream.stored.entries()) {
          if (!first.has(each)) first.set(each, { place, request });
          lastRequest.set(each, request);
        }
        for (const [index, each] of added.entries()) {
          const place = first.get(each);
          const earlier = added.slice(0, index).filter(({ slot }) => slot === each.slot);
          if (each.kind === 'watermark') {
            const next = added.slice(index + 1).find(({ slot }) => slot === each.slot);
            if (place === undefined) expect(next?.kind).toBe('watermark');
            else
              for (const before of earlier)
                if (first.has(before)) expect(first.get(before)?.request).toBeLessThan(place.request);
            continue;
          }
          expect(place).toBeDefined();
          for (const before of earlier.filter(({ order }) => order === each.order))
            expect(lastRequest.get(before)).toBeLessThan(place?.request ?? -1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('puts at most 500 records into a request', async () => {
    const stream = new ScriptedStream([]);
    const publisher = new Publisher({
      put: items => stream.put(items),
      pacer: unlimited,
      logger: new MemoryLogger(),
    });
    for (let n = 0; n < 1_700; n++) publisher.add(item('bar', n % 64, `S${n}`));
    await publisher.flush(never);
    expect(Math.max(...stream.sizes)).toBe(500);
    expect(stream.stored).toHaveLength(1_700);
  });

  test('sends again only what was refused', async () => {
    const stream = new ScriptedStream([{ refuse: [false, true, false], answer: 'given' }]);
    const publisher = new Publisher({
      put: items => stream.put(items),
      pacer: unlimited,
      logger: new MemoryLogger(),
      backoff: atOnce,
    });
    for (const symbol of ['A', 'B', 'C']) publisher.add(item('bar', 7, symbol));
    await publisher.flush(never);
    expect(stream.stored.map(({ item: { order } }) => order)).toEqual(['A', 'C', 'B']);
    expect(publisher.retried).toBe(1);
  });

  test('gives up when its time is over and says what is left', async () => {
    const publisher = new Publisher({
      put: async items => ({ entries: items, codes: { InternalFailure: items.length } }),
      pacer: unlimited,
      logger: new MemoryLogger(),
    });
    publisher.add(item('bar', 1, 'A'));
    const limit = new AbortController();
    const flushed = publisher.flush(limit.signal);
    limit.abort();
    await flushed;
    publisher.close();
    expect(publisher.held.records).toBe(1);
  });

  test('sends no more than a shard takes', async () => {
    let room = 2;
    const stream = new ScriptedStream([]);
    const publisher = new Publisher({
      put: items => stream.put(items),
      pacer: {
        room: () => ({ records: room, bytes: 1_000 }),
        spend: (_, records) => {
          room -= records;
          if (room === 0)
            setImmediate(() => {
              room = 2;
            });
        },
      },
      logger: new MemoryLogger(),
    });
    for (let n = 0; n < 10; n++) publisher.add(item('bar', 3, `S${n}`));
    await publisher.flush(never);
    expect(stream.sizes).toEqual([2, 2, 2, 2, 2]);
  });
});
