/** Minutes as published, in the sinks that have a use for them: whatever becomes of ingesters, each symbol's newest minute of the stream stands in Redis. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventSink } from '../../../../../runtime/ingester/sinks/passed-on/event-sink.ts';
import { Selection } from '../../../../../runtime/ingester/sinks/passed-on/selection.ts';
import { Seldom } from '../../../../../runtime/platform/seldom.ts';
import { encodeMinuteBar } from '../../../../../runtime/records/encode.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { MemorySink } from '../../support/memory-sink.ts';
import { MINUTE } from '../../support/records.ts';
import { describeWithRedis, RedisServer } from '../../support/redis-server.ts';
import { redisSink } from '../../support/redis-sink.ts';
import { NOON, Station } from '../../support/station.ts';
import { atOnce, timeWith } from '../../support/test-time.ts';

const SECOND = 1_000;
const minutes = { CHANNELS: 'minutes', SINK: 'redis', REDIS_URL: 'redis://127.0.0.1:1' };

let station: Station;
afterEach(() => station[Symbol.asyncDispose]());

/** Lets no request of the stream through until it is opened. */
function hold(): () => void {
  const opened = Promise.withResolvers<void>();
  station.aws.kinesis.middlewareStack.add(
    next => async args => {
      await opened.promise;
      return next(args);
    },
    { step: 'initialize' },
  );
  return opened.resolve;
}

test('minutes come to a sink once the stream has acknowledged them, numbered, and to none that has no use for them', async () => {
  station = await Station.start();
  const [taker, other] = [new MemorySink({ name: 'redis' }), new MemorySink({ name: 'events' })];
  await station.ready(minutes, { sinks: [taker.sink, other.sink] });
  const release = hold();
  await station.play(NOON);
  expect(taker.sink.stats.accepted).toBe(0);
  release();
  await eventually(() => taker.events.length === station.symbols.length);
  expect(taker.topics.toSorted()).toEqual(station.symbols.map(symbol => `AM.${symbol}`).sort());
  expect(taker.events.map(({ seq }) => seq)).toEqual(taker.events.map((_, index) => index + 1));
  const published = new Set((await station.bars()).map(encodeMinuteBar));
  expect(new Set(taker.events.map(({ text }) => text))).toEqual(published);
  expect(other.events).toEqual([]);
});

describeWithRedis('in Redis', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start();
    station = await Station.start({ corrected: 0.4 });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  function sink(): EventSink {
    const logger = new MemoryLogger();
    const time = timeWith({ flush: atOnce });
    return new EventSink({
      ...{ name: 'redis', outlet: redisSink({ url: server.url, logger }), cap: 1_000, time, logger },
      ...{ flushEvery: 100, flushInterval: 1, seldom: new Seldom(time, 0) },
      selection: new Selection({ quotes: new Set(), trades: new Set() }),
    });
  }

  /** @returns how many records of minutes the stream has */
  async function expectNewest(): Promise<number> {
    const bars = await station.bars();
    for (const symbol of station.symbols) {
      const those = bars.filter(bar => bar.symbol === symbol);
      const newest = those.toSorted((a, b) => a.start - b.start || a.version - b.version).at(-1);
      const text = await server.ask('GET', `stock:agg1m:${symbol}`);
      expect(text).toBe(newest ? encodeMinuteBar(newest) : null);
    }
    // What was fetched later is no news.
    const live = bars.filter(({ source }) => source === 'live');
    expect(await server.ask('XLEN', 'stream:realtime:aggregates')).toBe(live.length);
    return bars.length;
  }

  test('stands the newest minute of each symbol as the stream has it, corrected where it was, the last of the hand-over too', async () => {
    const unit = await station.ready(minutes, { sinks: [sink()] });
    await station.play(NOON, 6);
    await station.watermarked(NOON + 6 * MINUTE);
    const release = hold();
    await station.play(NOON + 6 * MINUTE);
    const stopped = unit.stop();
    release();
    expect(await stopped).toBe(0);
    expect(await expectNewest()).toBeGreaterThan(7 * station.symbols.length);
  });

  test('it stands after a hand-over in the middle of a burst, and after a restart that finds minutes missing', async () => {
    const first = await station.ready(minutes, { sinks: [sink()] });
    const second = station.start(minutes, { sinks: [sink()] });
    await eventually(() => second.says('standing by: the lease is held by'));
    await station.play(NOON);
    let stopped: Promise<number> | undefined;
    station.vendor.faults.midBurst(() => {
      stopped = first.stop();
    });
    for (const second of [1, 3]) await station.to(NOON + 2 * MINUTE + second * SECOND);
    expect(await stopped).toBe(0);
    await second.leaseClock.pass(SECOND);
    await eventually(() => !second.says('standing by'));
    await station.to(NOON + 2 * MINUTE + 10 * SECOND);
    await eventually(() => second.isReady);
    await station.play(NOON + 2 * MINUTE);
    await station.watermarked(NOON + 3 * MINUTE);
    await second.stop();
    await expectNewest();
    await station.play(NOON + 3 * MINUTE, 2);
    const third = await station.ready(minutes, { sinks: [sink()] });
    await station.play(NOON + 5 * MINUTE);
    await station.watermarked(NOON + 6 * MINUTE);
    await third.stop();
    await expectNewest();
    expect((await station.bars()).some(({ source }) => source === 'backfill')).toBe(true);
  });
});
