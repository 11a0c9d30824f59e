/** The sink `events` before a real Kinesis: what reaches the stream, in which order, whatever the stream refuses or does not answer. */
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openEventsStream } from '../../../../../runtime/ingester/sinks/events/open.ts';
import type { NumberedEvent } from '../../../../../runtime/ingester/sinks/passed-on/event.ts';
import {
  EventSink,
  type EventSinkOptions,
} from '../../../../../runtime/ingester/sinks/passed-on/event-sink.ts';
import { Selection } from '../../../../../runtime/ingester/sinks/passed-on/selection.ts';
import { kinesisClient } from '../../../../../runtime/platform/aws.ts';
import { Seldom } from '../../../../../runtime/platform/seldom.ts';
import { envelopeLine } from '../../../../../runtime/records/envelope.ts';
import { laneOf } from '../../../../../runtime/records/slot.ts';
import { LocalKinesis } from '../../../../kit/support/local-kinesis.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { numbered } from '../../support/numbered.ts';
import { packsOn, type StoredPack } from '../../support/stream-packs.ts';
import { atOnce, timeWith } from '../../support/test-time.ts';

/** Of two lanes. */
const [AAPL, SPY] = ['AAPL', 'SPY'];
const SYMBOLS = ['AAPL', 'SPY', 'MSFT', 'TSLA', 'BRK.B', 'X:BTC-USD', 'EUR/USD', 'O:SPY251219C00650000'];
const forever = () => new AbortController().signal;
const lineOf = (event: NumberedEvent) =>
  envelopeLine(event, { ...event, feed: 'stocks', hostname: 'host', version: '0' });

/** An event that hardly gets smaller. */
function large(seq: number, characters: number): NumberedEvent {
  let filling = '';
  for (let n = 0; filling.length < characters; n++) filling += Math.sin(n).toString(36).slice(3);
  return { ...numbered(seq), text: `{"q":${seq},"filling":"${filling.slice(0, characters)}"}` };
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe('the sink events', () => {
  let local: LocalKinesis;
  let stream = '';
  let streams = 0;
  let now = 0;
  const hurried = timeWith({ flush: atOnce, retry: atOnce }, () => {
    now += 1_000;
    return now;
  });
  const logger = new MemoryLogger();
  const sinks: EventSink[] = [];

  beforeAll(async () => {
    local = await LocalKinesis.start();
  });
  beforeEach(async () => {
    stream = `events-${++streams}`;
    await local.create(stream, 1);
  });
  afterEach(async () => {
    local.trouble = () => undefined;
    local.refusal = () => undefined;
    now = 0;
    logger.lines.length = 0;
    for (const sink of sinks.splice(0)) await sink.close(AbortSignal.abort()).catch(() => undefined);
  });
  afterAll(() => local[Symbol.asyncDispose]());

  const clientOf = (more: object = {}) =>
    kinesisClient({
      ...{ region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
      ...{ endpoint: local.url, ...more },
    });

  /** @param time @default goes on by a second with every look */
  function started(options: Partial<EventSinkOptions> = {}, named = stream, time = hurried): EventSink {
    const seldom = new Seldom(time, 1);
    const client = clientOf({ maxAttempts: 1 });
    const outlet = openEventsStream({ stream: named, client, lineOf, time, seldom, logger });
    const sink = new EventSink({
      ...{ name: 'events', outlet, cap: 10_000, flushEvery: 10_000, flushInterval: 50, time, logger, seldom },
      selection: new Selection({ trades: new Set(), quotes: new Set() }),
      ...options,
    });
    sinks.push(sink);
    return sink;
  }

  const stored = () => packsOn(local.client, stream);

  const eventsOf = (records: readonly StoredPack[]): { readonly seq: number; readonly symbol: string }[] =>
    records.flatMap(({ text }) =>
      text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    );

  test('puts of each lane one record of gzipped envelopes, by the first slot of the lane', async () => {
    const sink = started();
    const events = SYMBOLS.flatMap((symbol, index) =>
      [0, 1, 2].map(turn => numbered(index * 3 + turn, 'T', symbol)),
    );
    for (const event of events) sink.accept(event);
    await sink.close(forever());
    const records = await stored();
    expect(records.map(({ partitionKey }) => partitionKey).sort()).toEqual(
      [...new Set(SYMBOLS.map(symbol => `~slot/${4 * laneOf(symbol)}`))].sort(),
    );
    expect(records.flatMap(({ text }) => text.trimEnd().split('\n')).sort()).toEqual(
      events.map(lineOf).sort(),
    );
    expect(records.every(({ text }) => text.endsWith('}\n'))).toBe(true);
    expect(sink.stats).toEqual({ accepted: 24, written: 24, dropped: 0, held: 0, failures: 0 });
  });

  test('is read by gunzip and Python as by Node', async () => {
    const sink = started();
    for (let seq = 1; seq <= 40; seq++) sink.accept(numbered(seq, 'Q', AAPL));
    await sink.close(forever());
    const [record] = await stored();
    const input = Buffer.from(record?.data ?? []);
    expect(spawnSync('gunzip', ['-c'], { input }).stdout.toString()).toBe(record?.text);
    const script =
      'import gzip,json,sys;print(sum(json.loads(l)["payload"]["q"] for l in gzip.decompress(sys.stdin.buffer.read()).splitlines()))';
    expect(spawnSync('python3', ['-c', script], { input }).stdout.toString()).toBe('820\n');
  });

  test('lets no event of a lane overtake another whose record was not taken, and others go on', async () => {
    // Alone in its request, or the first of two, a lane's record is refused until the test lets it.
    let isThrottled = true;
    local.refusal = index =>
      isThrottled && index === 0 ? 'ProvisionedThroughputExceededException' : undefined;
    const sink = started();
    for (let seq = 1; seq <= 6; seq++) sink.accept(numbered(seq, 'T', seq % 2 ? AAPL : SPY));
    const held = async (symbol: string | undefined) =>
      eventsOf(await stored()).filter(each => each.symbol === symbol);
    await eventually(async () => (await held(SPY)).length === 3);
    expect(await held(AAPL)).toEqual([]);
    await eventually(() => sink.stats.failures > 2);
    expect(sink.stats).toMatchObject({ accepted: 6, written: 3, held: 3, dropped: 0 });
    expect(sink.state).toBe('1 of 16 lanes failing');
    sink.accept(numbered(7, 'T', AAPL));
    isThrottled = false;
    await sink.close(forever());
    expect((await held(AAPL)).map(({ seq }) => seq)).toEqual([1, 3, 5, 7]);
    expect(sink.state).toBe('ok');
    expect(logger.lines.join()).toContain(
      'the stream did not take 1 of 2 records (ProvisionedThroughputExceededException): its shards take no more: give it more shards',
    );
  });

  test('splits what one record does not hold, and drops only what no record can', async () => {
    const sink = started();
    const sizes = [100_000, 100_000, 900_000, 10, 4_000_000, 10];
    for (const [index, size] of sizes.entries()) sink.accept(large(index + 1, size));
    await sink.close(forever());
    const records = await stored();
    expect(records.map(record => eventsOf([record]).map(({ seq }) => seq))).toEqual([
      [1],
      [2],
      [3],
      [4],
      [6],
    ]);
    expect(Math.max(...records.map(({ data }) => data.byteLength))).toBeLessThan(1024 * 1024);
    expect(sink.stats).toMatchObject({ accepted: 6, written: 5, dropped: 1, failures: 0 });
    expect(Object.fromEntries(sink.drops)).toEqual({ T: 1 });
    expect(logger.lines.join()).toContain('an event that no record of the stream can hold');
  });

  test('says what is wrong with the stream and what to do, and writes when it has come', async () => {
    const sink = started({}, `${stream}-later`);
    sink.accept(numbered(1));
    await eventually(() => sink.stats.failures > 0);
    expect(logger.lines.join()).toContain('ResourceNotFoundException');
    expect(logger.lines.join()).toContain('it is not there: name one that is');
    stream = `${stream}-later`;
    await local.create(stream, 1);
    await sink.close(forever());
    expect(eventsOf(await stored())).toMatchObject([{ seq: 1 }]);
  });

  test('keeps to the pace of its shard, half a second of it at once', async () => {
    let [idle, before, at] = [0, 0, 0];
    const flush = async (ms: number, signal: AbortSignal) => {
      const { written } = sink.stats;
      idle = written === before ? idle + 1 : 0;
      before = written;
      await atOnce(ms, signal);
    };
    const sink: EventSink = started(
      {},
      stream,
      timeWith({ flush, retry: atOnce }, () => at),
    );
    for (let seq = 1; seq <= 12; seq++) sink.accept(large(seq, 100_000));
    await eventually(() => idle > 20);
    const sizes = (await stored()).map(({ data }) => data.byteLength);
    expect(sum(sizes)).toBeGreaterThan(500_000);
    expect(sum(sizes.slice(1))).toBeLessThan(500_000);
    expect(sink.stats).toMatchObject({ written: sizes.length, held: 12 - sizes.length, dropped: 0 });
    at += 60_000;
    await sink.close(forever());
    expect(eventsOf(await stored()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('puts nothing again once it is closed: what is under way then has come once or not at all', async () => {
    const seldom = new Seldom(hurried, 1);
    const client = clientOf();
    const outlet = openEventsStream({ stream, client, lineOf, time: hurried, seldom, logger });
    let puts = 0;
    local.trouble = operation => {
      if (operation !== 'PutRecords') return undefined;
      puts++;
      void outlet.close();
      return 'lose the answer';
    };
    expect(await outlet.write([numbered(1)])).toMatchObject({ left: [{ seq: 1 }] });
    expect(puts).toBe(1);
    expect(eventsOf(await stored())).toMatchObject([{ seq: 1 }]);
  });
});
