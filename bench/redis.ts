/** How long an event takes to the answer of a Redis server at 10,000 a second, beside a pipeline of single SETs; what both cost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NumberedEvent } from '../runtime/ingester/sinks/passed-on/event.ts';
import { EventSink } from '../runtime/ingester/sinks/passed-on/event-sink.ts';
import type { Outlet } from '../runtime/ingester/sinks/passed-on/outlet.ts';
import { Selection } from '../runtime/ingester/sinks/passed-on/selection.ts';
import { openRedis } from '../runtime/ingester/sinks/redis/open.ts';
import { errorLoggerFor } from '../runtime/platform/logger.ts';
import { Seldom } from '../runtime/platform/seldom.ts';
import { processTime } from '../runtime/platform/time.ts';
import { envelopeLine } from '../runtime/records/envelope.ts';
import type { Benchmark, Row } from './harness.ts';
import { BenchRedis } from './redis-server.ts';
import { sampleSymbols } from './sample.ts';

const RATE = 10_000;
const SECONDS = 60;
/** Seconds before that which are not counted: nothing is compiled yet. */
const WARM_UP = 5;
const SYMBOLS = 3_000;
/** Events come in frames, so many ms apart. */
const FRAME = 10;
const PER_FRAME = (RATE * FRAME) / 1e3;

interface Measured {
  /** ms, ascending. */
  readonly waits: Float64Array;
  readonly processor: number;
  readonly server: number;
  readonly commands: number;
}

/** Takes an event; `answered` is told its number when the server has answered. */
type Take = (event: NumberedEvent) => void;

export const redisBenchmark: Benchmark = {
  name: 'redis',
  async run(say) {
    say(`${SECONDS} s through the sink`);
    const sink = await measured(throughSink);
    say(`${SECONDS} s of single SETs`);
    const peer = await measured(singleSets);
    const limit = (median: number) => ({ name: 'single SETs, pipelined', median });
    const row = (what: string, unit: string, of: (each: Measured) => number): Row => ({
      ...{ what, unit, median: of(sink), range: [of(sink), of(sink)] },
      limit: limit(of(peer)),
    });
    return [
      row('redis: event to answer, half', 'ms', ({ waits }) => at(waits, 0.5)),
      {
        ...row('redis: event to answer, all but a hundredth', 'ms', ({ waits }) => at(waits, 0.99)),
        target: { kind: 'at most', value: 100 },
      },
      row('redis: processor time of this process per second', 's', each => each.processor / SECONDS),
      row('redis: processor time of the server per second', 's', each => each.server / SECONDS),
      row('redis: commands a second, those in scripts included', '', each => each.commands / SECONDS),
    ];
  },
};

async function measured(
  begin: (
    server: BenchRedis,
    answered: (seq: number) => void,
  ) => Promise<{ take: Take; end: () => Promise<void> }>,
): Promise<Measured> {
  await using server = await BenchRedis.start();
  const [uncounted, count] = [RATE * WARM_UP, RATE * (WARM_UP + SECONDS)];
  const [came, waits] = [new Float64Array(count), new Float64Array(count)];
  let answers = 0;
  const { take, end } = await begin(server, seq => {
    waits[seq] = performance.now() - (came[seq] ?? 0);
    answers++;
  });
  const symbols = sampleSymbols(SYMBOLS);
  let [before, processor] = [await server.counts(), process.cpuUsage()];
  const started = performance.now();
  for (let seq = 0; seq < count; ) {
    await sleep(Math.max(0, started + (seq / RATE) * 1e3 - performance.now()));
    // One that was late catches up: what waits longer for it is counted.
    const due = Math.min(
      seq < uncounted ? uncounted : count,
      Math.floor(((performance.now() - started) / 1e3) * RATE) + PER_FRAME,
    );
    if (seq === uncounted) [before, processor] = [await server.counts(), process.cpuUsage()];
    const now = Date.now();
    for (; seq < due; seq++) {
      came[seq] = performance.now();
      take(eventOf(seq, symbols[seq % SYMBOLS] ?? '', now));
    }
  }
  await end();
  const { user, system } = process.cpuUsage(processor);
  const after = await server.counts();
  if (answers !== count) throw new Error(`${answers} of ${count} events were answered`);
  return {
    waits: waits.subarray(uncounted).toSorted(),
    processor: (user + system) / 1e6,
    server: after.processor - before.processor,
    commands: after.commands - before.commands,
  };
}

async function throughSink(server: BenchRedis, answered: (seq: number) => void) {
  const [time, logger] = [processTime, errorLoggerFor('bench', 'ERROR')];
  const seldom = new Seldom(time, 1_000);
  const world = {
    market: 'stocks',
    chosen: ['redis'],
    output: process.stderr,
    now: Date.now,
    eventTime: Date.now,
    time,
    logger,
  } as const;
  const { outlet, takes, ...flush } = openRedis(
    { server: { url: server.url }, closes: { time: undefined, ttl: 604_800 } },
    {
      ...world,
      envelopeOf: event => envelopeLine(event, { ...event, feed: 'stocks', hostname: '', version: '' }),
      onGone: () => undefined,
    },
    seldom,
  );
  const watched: Outlet = {
    async write(events) {
      const untaken = await outlet.write(events);
      const left = new Set([...untaken.left, ...(untaken.unfit ?? [])]);
      for (const event of events) if (!left.has(event)) answered(event.seq - 1);
      return untaken;
    },
    close: async signal => outlet.close?.(signal),
  };
  const selection = new Selection({ include: takes, quotes: new Set(), trades: new Set() });
  const sink = new EventSink({
    ...flush,
    name: 'redis',
    outlet: watched,
    selection,
    cap: 65_536,
    seldom,
    time,
    logger,
  });
  return {
    take: (event: NumberedEvent) => void sink.accept(event),
    end: () => sink.close(AbortSignal.timeout(10_000)),
  };
}

/** What somebody would write first: every event under its key, sent at once, and nothing looked at. */
async function singleSets({ client }: BenchRedis, answered: (seq: number) => void) {
  const open = new Set<Promise<unknown>>();
  return {
    take: ({ kind, symbol, text, seq }: NumberedEvent) => {
      const done = client.sendCommand(['SET', `stock:${kind}:${symbol}`, text]).then(() => {
        answered(seq - 1);
        open.delete(done);
      });
      open.add(done);
    },
    end: async () => void (await Promise.all(open)),
  };
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

/** Of ten six are quotes, three trades and one is a fair value. */
function eventOf(n: number, symbol: string, ts: number): NumberedEvent {
  const kind = n % 10 < 6 ? 'Q' : n % 10 < 9 ? 'T' : 'FMV';
  const text = texts[kind](symbol, ts, n);
  return { kind, symbol, topic: `${kind}.${symbol}`, ts, text, seq: n + 1, ingestTs: ts };
}

const texts = {
  Q: (symbol: string, t: number, q: number) =>
    `{"ev":"Q","sym":"${symbol}","bx":4,"bp":114.12,"bs":100,"ax":7,"ap":114.13,"as":160,"c":0,"t":${t},"q":${q},"z":3}`,
  T: (symbol: string, t: number, q: number) =>
    `{"ev":"T","sym":"${symbol}","x":4,"i":"${q}","z":3,"p":114.125,"s":100,"c":[14,41],"t":${t},"q":${q}}`,
  FMV: (symbol: string, t: number) => `{"ev":"FMV","fmv":114.1234,"sym":"${symbol}","t":${t}000000}`,
} as const;
