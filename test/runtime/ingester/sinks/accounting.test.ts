/** The account that a sink of passed-on events keeps, held to what is read where it writes to, whatever goes wrong there. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sinksIn } from '../../../../runtime/ingester/sinks/kinds/kinds.ts';
import type { NumberedEvent } from '../../../../runtime/ingester/sinks/passed-on/event.ts';
import type { OpenSink } from '../../../../runtime/ingester/sinks/passed-on/plan.ts';
import { Environment } from '../../../../runtime/platform/env.ts';
import { type SinkName, takingEnv } from '../../../../runtime/platform/sink-names.ts';
import { envelopeLine } from '../../../../runtime/records/envelope.ts';
import { MemoryLogger } from '../support/log.ts';
import { type Ground, grounds, type Place, type Read } from '../support/places.ts';
import { hasRedis } from '../support/redis-server.ts';
import { atOnce, timeWith } from '../support/test-time.ts';

const CAP = 16;
const SYMBOLS = ['A', 'B', 'SPY'];
const forever = () => new AbortController().signal;

const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 24 }).map(count => ({ do: 'accept' as const, count })) },
  { weight: 2, arbitrary: fc.boolean().map(isOn => ({ do: 'trouble' as const, isOn })) },
  { weight: 3, arbitrary: fc.constant({ do: 'pause' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'rotate' as const }) },
  { weight: 1, arbitrary: fc.boolean().map(isCutOff => ({ do: 'restart' as const, isCutOff })) },
);

function eventOf(seq: number, symbol = SYMBOLS[seq % SYMBOLS.length] ?? ''): NumberedEvent {
  const ts = 1_763_649_000_000 + seq;
  const text = `{"ev":"T","sym":"${symbol}","p":1,"s":1,"i":"${seq}","t":${ts},"q":${seq}}`;
  return { kind: 'T', symbol, topic: `T.${symbol}`, ts, text, seq, ingestTs: ts };
}

/** A sink that is closed and opened anew, and all that became of what it accepted. */
class Account {
  readonly #kind: SinkName;
  readonly #place: Place;
  readonly #logger = new MemoryLogger();
  #open: OpenSink | undefined;
  /** Of those before. */
  #before = { accepted: 0, written: 0, dropped: 0 };
  seq = 0;
  /** The last number before each opening. */
  readonly #openings: number[] = [];

  constructor(kind: SinkName, place: Place) {
    this.#kind = kind;
    this.#place = place;
  }

  async open(): Promise<void> {
    const { variables, output = process.stdout, now = Date.now } = this.#place;
    const env = new Environment({ ...variables, SINK: this.#kind, [takingEnv[this.#kind].cap]: `${CAP}` });
    const [plan] = sinksIn(env, 'stocks', []);
    expect(env.problems).toEqual([]);
    this.#open = await plan?.open({
      ...{ market: 'stocks', chosen: [this.#kind], output, now, logger: this.#logger },
      time: timeWith({ flush: atOnce, retry: atOnce }),
      envelopeOf: event => envelopeLine(event, { ...event, feed: 'stocks', hostname: 'h', version: '0' }),
      onGone: () => undefined,
    });
    this.#openings.push(this.seq);
  }

  get #sink() {
    if (this.#open === undefined) throw new Error('no sink is open');
    return this.#open.sink;
  }

  get stats() {
    const { accepted, written, dropped, held } = this.#sink.stats;
    return {
      accepted: accepted + this.#before.accepted,
      written: written + this.#before.written,
      dropped: dropped + this.#before.dropped,
      held,
    };
  }

  /** One that was cut off in the middle of its work may end it while the next is at work already. */
  readonly laneOf = ({ seq, symbol }: Read) =>
    `${symbol} since ${this.#openings.findLast(each => each < seq)}`;

  accept(count: number): void {
    for (let n = 0; n < count; n++) this.#sink.accept(eventOf(++this.seq));
  }

  rotate(): void {
    this.#place.rotate?.();
    this.#open?.reopen?.();
  }

  async close(signal: AbortSignal): Promise<void> {
    await this.#sink.close(signal).catch(() => undefined);
    const { accepted, written, dropped } = this.stats;
    this.#before = { accepted, written, dropped };
    this.#open = undefined;
  }

  async restart(isCutOff: boolean): Promise<void> {
    if (!isCutOff) await this.#place.trouble(false);
    await this.close(isCutOff ? AbortSignal.abort() : forever());
    await this.#place.trouble(false);
    await this.open();
  }

  /** What all sinks together have made of it, once the last is closed. */
  get ended() {
    return this.#before;
  }
}

const kinds = grounds.filter(([kind]) => kind !== 'redis' || hasRedis);

describe.each(kinds)('the sink %s', (kind, start) => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await start();
  });
  afterAll(async () => ground[Symbol.asyncDispose]());

  test('has written, dropped or holds what it accepted, at any moment; every drop is a hole, and each symbol in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
        await using place = await ground.place();
        const account = new Account(kind, place);
        await account.open();
        const isBalanced = () => {
          const { accepted, written, dropped, held } = account.stats;
          expect([accepted, written + dropped + held]).toEqual([account.seq, account.seq]);
          expect(held).toBeLessThanOrEqual(CAP);
        };
        let wasCutOff = false;
        for (const each of steps) {
          if (each.do === 'accept') account.accept(each.count);
          else if (each.do === 'trouble') await place.trouble(each.isOn);
          else if (each.do === 'rotate') account.rotate();
          else if (each.do === 'restart') await account.restart(each.isCutOff);
          else await turn();
          if (each.do === 'restart') wasCutOff ||= each.isCutOff;
          isBalanced();
        }
        await place.trouble(false);
        await account.close(forever());
        const { accepted, written, dropped } = account.ended;
        expect([accepted, written + dropped]).toEqual([account.seq, account.seq]);
        const read = await place.read(written);
        const seqs = new Set(read.map(({ seq }) => seq));
        expect(read).toHaveLength(seqs.size);
        for (const own of Map.groupBy(read, account.laneOf).values())
          expect(own).toEqual(own.toSorted((a, b) => a.seq - b.seq));
        // What was under way when the time was over counts as dropped, and may have come.
        if (wasCutOff) expect(seqs.size).toBeGreaterThanOrEqual(written);
        else expect([seqs.size, account.seq - seqs.size]).toEqual([written, dropped]);
      }),
      { numRuns: 25 },
    );
  });
});
