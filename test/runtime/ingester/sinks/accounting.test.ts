/** The account that every sink of passed-on events keeps, held to what is read where it writes to, whatever goes wrong there. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sinksIn } from '../../../../runtime/ingester/sinks/kinds/kinds.ts';
import type { NumberedEvent } from '../../../../runtime/ingester/sinks/passed-on/event.ts';
import type { EventSink } from '../../../../runtime/ingester/sinks/passed-on/event-sink.ts';
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

/** What a sink had written, when it was closed, of those after `from` to `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly written: number;
  readonly isCutOff: boolean;
}

const isOf =
  ({ from, to }: Pick<Span, 'from' | 'to'>) =>
  ({ seq }: Read) =>
    seq > from && seq <= to;

/** A sink that is closed and opened anew, and what each of them made of what it accepted. */
class Account {
  readonly #kind: SinkName;
  readonly #place: Place;
  readonly #logger = new MemoryLogger();
  readonly spans: Span[] = [];
  #open: OpenSink | undefined;
  /** Of the one that is open: the number before its first, and what it had counted before that. */
  #from = 0;
  #before = { accepted: 0, written: 0, dropped: 0 };
  #seq = 0;

  constructor(kind: SinkName, place: Place) {
    this.#kind = kind;
    this.#place = place;
  }

  async open(): Promise<void> {
    const { variables, output = process.stdout, now = Date.now, joined } = this.#place;
    const env = new Environment({ ...variables, SINK: this.#kind, [takingEnv[this.#kind].cap]: `${CAP}` });
    const [plan] = sinksIn(env, 'stocks', []);
    expect(env.problems).toEqual([]);
    // Each look at it takes a second, so that nothing rests for long.
    let time = 0;
    this.#open = await plan?.open({
      ...{ market: 'stocks', chosen: [this.#kind], output, now, eventTime: now },
      logger: this.#logger,
      time: timeWith({ flush: atOnce, retry: atOnce }, () => (time += 1_000)),
      envelopeOf: event => envelopeLine(event, { ...event, feed: 'stocks', hostname: 'h', version: '0' }),
      onGone: () => undefined,
    });
    // Each has a probe of its own: one of a sink before it that comes late says nothing of this one.
    const probe = `PROBE${this.spans.length}`;
    await joined?.(probe, () => this.#sink.accept(eventOf(0, probe)));
    await this.#sink.flush(forever());
    this.#before = this.#sink.stats;
    this.#from = this.#seq;
  }

  get #sink(): EventSink {
    if (this.#open === undefined) throw new Error('no sink is open');
    return this.#open.sink;
  }

  get #written(): number {
    return this.#sink.stats.written - this.#before.written;
  }

  accept(count: number): void {
    for (let n = 0; n < count; n++) this.#sink.accept(eventOf(++this.#seq));
  }

  rotate(): void {
    this.#place.rotate?.();
    this.#open?.reopen?.();
  }

  expectBalance(): void {
    const { accepted, written, dropped, held } = this.#sink.stats;
    expect(accepted - this.#before.accepted).toBe(this.#seq - this.#from);
    expect(written + dropped + held).toBe(accepted);
    expect(held).toBeLessThanOrEqual(CAP);
  }

  /** @param isCutOff whether its time is over at once, whatever is under way */
  async close(isCutOff: boolean): Promise<void> {
    const span = { from: this.#from, to: this.#seq, isCutOff };
    if (!isCutOff) {
      await this.#place.trouble(false);
      await this.#sink.flush(forever());
      await this.#place.read(read => read.filter(isOf(span)).length >= this.#written);
    }
    await this.#sink.close(isCutOff ? AbortSignal.abort() : forever()).catch(() => undefined);
    this.expectBalance();
    expect(this.#sink.stats.held).toBe(0);
    this.spans.push({ ...span, written: this.#written });
    await this.#place.trouble(false);
  }

  async restart(isCutOff: boolean): Promise<void> {
    await this.close(isCutOff);
    await this.open();
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
        const { again = new Set(), isPerishable = false } = place;
        const account = new Account(kind, place);
        await account.open();
        for (const each of steps) {
          if (each.do === 'accept') account.accept(each.count);
          else if (each.do === 'trouble') await place.trouble(each.isOn);
          else if (each.do === 'rotate') account.rotate();
          else if (each.do === 'restart') await account.restart(each.isCutOff);
          else await turn();
          account.expectBalance();
        }
        await account.close(false);
        const read = (await place.read(() => true)).filter(({ seq }) => seq > 0);
        const first = read.filter(({ seq }, index) => read.findIndex(each => each.seq === seq) === index);
        const repeated = read.filter(each => !first.includes(each));
        expect(repeated.filter(({ seq }) => !again.has(seq))).toEqual([]);
        for (const span of account.spans) {
          const own = first.filter(isOf(span));
          for (const those of Map.groupBy(own, ({ symbol }) => symbol).values())
            expect(those).toEqual(those.toSorted((a, b) => a.seq - b.seq));
          // What was under way when it was cut off counts as dropped, and may have come.
          if (!span.isCutOff) expect(own).toHaveLength(span.written);
          else if (!isPerishable) expect(own.length).toBeGreaterThanOrEqual(span.written);
        }
      }),
      { numRuns: 25 },
    );
  });
});
