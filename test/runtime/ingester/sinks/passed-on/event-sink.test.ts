/** A sink of passed-on events, before an outlet that takes what a test lets it take. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NumberedEvent } from '../../../../../runtime/ingester/sinks/passed-on/event.ts';
import {
  EventSink,
  type EventSinkOptions,
} from '../../../../../runtime/ingester/sinks/passed-on/event-sink.ts';
import type { Outlet, Untaken } from '../../../../../runtime/ingester/sinks/passed-on/outlet.ts';
import { Selection } from '../../../../../runtime/ingester/sinks/passed-on/selection.ts';
import { Seldom } from '../../../../../runtime/platform/seldom.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { numbered } from '../../support/numbered.ts';
import { atOnce, Gate, timeWith } from '../../support/test-time.ts';

const forever = () => new AbortController().signal;

/** Remembers what it has taken; what it answers is the next of its answers, and "all" when there is none. */
class ScriptedOutlet implements Outlet {
  readonly taken: NumberedEvent[] = [];
  readonly batches: number[] = [];
  answers: ((events: readonly NumberedEvent[]) => Untaken | Promise<Untaken>)[] = [];
  isClosed = false;

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    this.batches.push(events.length);
    const answer = (await this.answers.shift()?.(events)) ?? { left: [] };
    this.taken.push(...events.filter(event => !answer.left.includes(event)));
    return answer;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const fails = (events: readonly NumberedEvent[]): Untaken => ({ left: events, error: new Error('no room') });

describe('a sink of passed-on events', () => {
  const sinks: EventSink[] = [];
  let now = 0;
  const logger = new MemoryLogger();

  afterEach(async () => {
    now = 0;
    logger.lines.length = 0;
    for (const sink of sinks.splice(0)) await sink.close(AbortSignal.abort()).catch(() => undefined);
  });

  function started(outlet: Outlet, options: Partial<EventSinkOptions> = {}): EventSink {
    const time = timeWith({ flush: atOnce, retry: atOnce }, () => now);
    const sink = new EventSink({
      ...{ name: 'test', outlet, cap: 10, flushEvery: 4, flushInterval: 1_000, time, logger },
      selection: new Selection({ trades: new Set(), quotes: new Set() }),
      seldom: new Seldom(time, 5_000),
      ...options,
    });
    sinks.push(sink);
    return sink;
  }

  const hung = () => new Promise<Untaken>(() => undefined);

  test('writes what it accepted, in order, and has counted it', async () => {
    const outlet = new ScriptedOutlet();
    const sink = started(outlet);
    for (let n = 0; n < 9; n++) expect(sink.accept(numbered(n))).toBe(true);
    await sink.close(forever());
    expect(outlet.taken.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(sink.stats).toEqual({ accepted: 9, written: 9, dropped: 0, held: 0, failures: 0 });
    expect(outlet.isClosed).toBe(true);
  });

  test('lets the oldest go when its outlet hangs, counts them by kind, and says so once in a while', async () => {
    const outlet = new ScriptedOutlet();
    outlet.answers = [hung];
    const sink = started(outlet);
    for (let n = 0; n < 4; n++) sink.accept(numbered(n));
    await eventually(() => outlet.batches.length === 1);
    for (let n = 4; n < 16; n++) sink.accept(numbered(n, n % 2 ? 'Q' : 'T'));
    expect(sink.stats).toMatchObject({ accepted: 16, written: 0, dropped: 6, held: 10 });
    expect(Object.fromEntries(sink.drops)).toEqual({ Q: 3, T: 3 });
    expect(logger.lines.filter(line => line.includes('the oldest are dropped'))).toHaveLength(1);
    now = 5_000;
    sink.accept(numbered(16));
    expect(logger.lines.filter(line => line.includes('the oldest are dropped'))).toHaveLength(2);
  });

  test('writes all at once that has gathered while it wrote, but for half of its room', async () => {
    const outlet = new ScriptedOutlet();
    const first = Promise.withResolvers<Untaken>();
    outlet.answers = [() => first.promise];
    const sink = started(outlet);
    for (let n = 0; n < 4; n++) sink.accept(numbered(n));
    await eventually(() => outlet.batches.length === 1);
    for (let n = 4; n < 10; n++) sink.accept(numbered(n));
    first.resolve({ left: [] });
    await sink.close(forever());
    expect(outlet.batches).toEqual([4, 5, 1]);
  });

  test('waits for no more than half of its room, which is all that goes at once', async () => {
    const outlet = new ScriptedOutlet();
    const { wait: flush } = new Gate();
    const sink = started(outlet, { flushEvery: 100, time: timeWith({ flush }, () => now) });
    for (let n = 0; n < 4; n++) sink.accept(numbered(n));
    await turn();
    expect(outlet.batches).toEqual([]);
    sink.accept(numbered(4));
    await eventually(() => outlet.batches.length === 1);
    expect(outlet.batches).toEqual([5]);
  });

  test('says no more that it takes less than comes, nor asks its outlet for anything, once it is closed', async () => {
    const outlet = new ScriptedOutlet();
    const asked: string[] = [];
    const idle = async () => void asked.push(outlet.isClosed ? 'closed' : 'open');
    const sink = started(Object.assign(outlet, { idle }));
    await eventually(() => asked.length > 0);
    sink.accept(numbered(1));
    await sink.close(AbortSignal.abort()).catch(() => undefined);
    sink.accept(numbered(2));
    for (let n = 0; n < 10; n++) await turn();
    expect(asked).not.toContain('closed');
    expect(sink.stats).toMatchObject({ accepted: 2, dropped: 2, held: 0 });
    expect(logger.lines.filter(line => line.includes('are dropped'))).toEqual([]);
  });

  test('tells what is lost when its outlet hangs to the end', async () => {
    const outlet = new ScriptedOutlet();
    outlet.answers = [hung];
    const sink = started(outlet);
    sink.accept(numbered(1));
    await eventually(() => outlet.batches.length === 1);
    await expect(sink.close(AbortSignal.abort())).rejects.toThrow('1 events are lost');
    expect(outlet.isClosed).toBe(true);
    expect(sink.stats).toEqual({ accepted: 1, written: 0, dropped: 1, held: 0, failures: 0 });
  });

  test('tries again with what was not taken, and goes on behind it', async () => {
    const outlet = new ScriptedOutlet();
    outlet.answers = [fails, events => ({ left: events.slice(1), error: new Error('no room') }), fails];
    const sink = started(outlet);
    for (let n = 0; n < 5; n++) sink.accept(numbered(n));
    await sink.close(forever());
    expect(outlet.taken.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
    expect(sink.stats).toEqual({ accepted: 5, written: 5, dropped: 0, held: 0, failures: 3 });
    expect(logger.lines.filter(line => line.includes('cannot write'))).toHaveLength(1);
  });

  test('says while it fails what its last attempt failed with, and goes on after an outlet that throws', async () => {
    const outlet = new ScriptedOutlet();
    const throws = () => Promise.reject(new Error('nobody thought of this\n  raw: x'));
    const idle = Promise.withResolvers<void>();
    const last = Promise.withResolvers<Untaken>();
    outlet.answers = [throws, () => last.promise];
    const sink = started(Object.assign(outlet, { idle: () => idle.promise }));
    idle.reject(new Error('nor of this'));
    await eventually(() => sink.stats.failures > 0);
    sink.accept(numbered(1));
    await eventually(() => outlet.batches.length === 2);
    expect(sink.trouble).toBe('nobody thought of this');
    last.resolve({ left: [] });
    await sink.close(forever());
    expect(sink.trouble).toBeUndefined();
    expect(sink.stats).toMatchObject({ accepted: 1, written: 1, dropped: 0, held: 0 });
  });

  test('is over when its outlet has gone, says so to whoever asked, and counts the rest as dropped', async () => {
    const outlet = new ScriptedOutlet();
    outlet.answers = [events => ({ left: events, error: new Error('EPIPE'), isGone: true })];
    const gone = Promise.withResolvers<void>();
    const sink = started(outlet, { onGone: gone.resolve });
    sink.accept(numbered(1));
    await gone.promise;
    expect(sink.isGone).toBe(true);
    expect(sink.accept(numbered(2))).toBe(false);
    await sink.close(forever());
    expect(sink.stats).toMatchObject({ accepted: 2, written: 0, dropped: 2, held: 0 });
  });

  test('counts what its outlet will never take as dropped, by kind, and does not try it again', async () => {
    const outlet = new ScriptedOutlet();
    outlet.answers = [
      ([first, second, ...left]) => ({ left, unfit: [first, second].flatMap(each => each ?? []) }),
    ];
    const sink = started(outlet);
    for (let n = 0; n < 4; n++) sink.accept(numbered(n, n === 1 ? 'Q' : 'T'));
    await sink.close(forever());
    expect(outlet.batches).toEqual([4, 2]);
    expect(sink.stats).toEqual({ accepted: 4, written: 2, dropped: 2, held: 0, failures: 0 });
    expect(Object.fromEntries(sink.drops)).toEqual({ T: 1, Q: 1 });
  });

  test('holds no more characters than it has room for, however few events they are', () => {
    const sink = started({ write: hung }, { cap: 100 });
    const large = { ...numbered(1), text: 'x'.repeat(10 * 1024 * 1024) };
    for (let n = 0; n < 4; n++) sink.accept(large);
    expect(sink.stats).toMatchObject({ accepted: 4, dropped: 1, held: 3 });
  });

  /** Takes of each symbol only while the test lets it. */
  class LanedOutlet extends ScriptedOutlet {
    readonly resting = new Set<string>();

    taking() {
      const resting = new Set(this.resting);
      return ({ symbol }: NumberedEvent) => !resting.has(symbol);
    }
  }

  test('what its outlet would not take now waits in its order, and holds up no other', async () => {
    const outlet = new LanedOutlet();
    outlet.resting.add('A');
    const sink = started(outlet, { flushEvery: 100 });
    const seqs = () => outlet.taken.map(({ seq }) => seq);
    for (let n = 0; n < 6; n++) sink.accept(numbered(n, 'T', n % 2 ? 'B' : 'A'));
    await eventually(() => outlet.taken.length === 3);
    expect(seqs()).toEqual([1, 3, 5]);
    // It has passed over three, twelve more than it has room for: the oldest go, and others are written all the same.
    for (let n = 6; n < 18; n++) sink.accept(numbered(n, 'T', 'A'));
    sink.accept(numbered(18, 'T', 'B'));
    await eventually(() => outlet.taken.length === 4);
    expect(sink.stats).toMatchObject({ accepted: 19, written: 4, dropped: 6, held: 9 });
    outlet.resting.clear();
    await sink.close(forever());
    expect(seqs()).toEqual([1, 3, 5, 18, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  });

  test('makes no pause for all where its outlet lets what has failed rest by itself', async () => {
    const outlet = new LanedOutlet();
    outlet.answers = [
      events => {
        outlet.resting.add('A');
        return fails(events.filter(({ symbol }) => symbol === 'A'));
      },
    ];
    const pauses: number[] = [];
    const retry = async (ms: number) => void pauses.push(ms);
    const sink = started(outlet, { time: timeWith({ flush: atOnce, retry }, () => now) });
    for (let n = 0; n < 4; n++) sink.accept(numbered(n, 'T', n % 2 ? 'B' : 'A'));
    await eventually(() => outlet.taken.length === 2);
    sink.accept(numbered(4, 'T', 'B'));
    await eventually(() => outlet.taken.length === 3);
    expect(sink.stats).toEqual({ accepted: 5, written: 3, dropped: 0, held: 2, failures: 1 });
    expect(pauses).toEqual([]);
  });

  test('waits for more no longer than its interval, counted from when the first of them came', async () => {
    const outlet = new ScriptedOutlet();
    const first = Promise.withResolvers<Untaken>();
    outlet.answers = [() => first.promise];
    const waits: number[] = [];
    const flush = async (ms: number, signal: AbortSignal) => {
      waits.push(ms);
      await atOnce(ms, signal);
    };
    const sink = started(outlet, { time: timeWith({ flush }, () => now) });
    for (let n = 0; n < 4; n++) sink.accept(numbered(n));
    await eventually(() => outlet.batches.length === 1);
    sink.accept(numbered(4));
    now = 700;
    waits.length = 0;
    first.resolve({ left: [] });
    await eventually(() => outlet.batches.length === 2);
    expect(waits[0]).toBe(300);
  });

  test('accepted is written, dropped and held at any moment, and of no symbol anything is written twice or out of order', async () => {
    const step = fc.oneof(
      fc.nat({ max: 12 }).map(count => ({ do: 'accept' as const, count })),
      fc.constant({ do: 'fail' as const }),
      fc.nat({ max: 3 }).map(count => ({ do: 'take part' as const, count })),
      fc.constant({ do: 'pause' as const }),
      fc.constantFrom(...'ABC').map(symbol => ({ do: 'rest' as const, symbol })),
      fc.constant({ do: 'resume' as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, isCutOff) => {
        const outlet = new LanedOutlet();
        const sink = started(outlet);
        let seq = 0;
        const next = () => numbered(++seq, 'T', 'ABC'.charAt(seq % 3));
        const isBalanced = () => {
          const { accepted, written, dropped, held } = sink.stats;
          expect({ accepted, sum: written + dropped + held }).toEqual({ accepted: seq, sum: seq });
          expect(held).toBeLessThanOrEqual(10);
        };
        for (const each of steps) {
          if (each.do === 'accept') for (let n = 0; n < each.count; n++) sink.accept(next());
          else if (each.do === 'fail') outlet.answers.push(fails);
          else if (each.do === 'take part')
            outlet.answers.push(events => ({
              left: events.slice(each.count),
              error: new Error('no room'),
            }));
          else if (each.do === 'rest') outlet.resting.add(each.symbol);
          else if (each.do === 'resume') outlet.resting.clear();
          else await turn();
          isBalanced();
        }
        outlet.resting.clear();
        await sink.close(isCutOff ? AbortSignal.abort() : forever()).catch(() => undefined);
        isBalanced();
        expect(sink.stats.held).toBe(0);
        const seqs = outlet.taken.map(event => event.seq);
        for (const lane of [0, 1, 2]) {
          const own = seqs.filter(each => each % 3 === lane);
          expect(own).toEqual([...new Set(own)].toSorted((a, b) => a - b));
        }
        if (!isCutOff) expect(sink.stats.written).toBe(seqs.length);
      }),
      { numRuns: 150 },
    );
  });
});
