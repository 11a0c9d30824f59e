/** A scanner's list in a Redis Stream drives a subscription: what messages may look like, and that a broken one changes nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { RedisList } from '../../../../runtime/ingester/symbols/redis-list.ts';
import { readerOf } from '../../../../runtime/ingester/symbols/symbol-source.ts';
import { SymbolWatch } from '../../../../runtime/ingester/symbols/symbol-watch.ts';
import { RedisConnection } from '../../../../runtime/platform/redis/connection.ts';
import { processTime } from '../../../../runtime/platform/time.ts';
import { eventually } from '../support/eventually.ts';
import { MemoryLogger } from '../support/log.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { describeWithRedis, RedisServer } from '../support/redis-server.ts';
import { Station } from '../support/station.ts';
import { atOnce, timeWith } from '../support/test-time.ts';
import { UpstashEndpoint } from '../support/upstash-endpoint.ts';

const STREAM = 'stream:scanner:filtered';
/** So many tickers, begun at one of them. */
const tickers = (count: number, first = 0) =>
  Array.from({ length: count }, (_, n) => {
    const [a, b] = [Math.floor((first + n) / 26), (first + n) % 26].map(k =>
      String.fromCharCode(65 + (k % 26)),
    );
    return `T${a}${b}${String.fromCharCode(65 + Math.floor((first + n) / 676))}`;
  });

describeWithRedis('a list of symbols in a Redis Stream', () => {
  let server: RedisServer;
  let stop: AbortController;
  const logger = new MemoryLogger();

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    stop = new AbortController();
    logger.lines.length = 0;
    await server.ask('FLUSHALL');
  });
  afterEach(() => stop.abort(new Error('over')));
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  // What it waits for between two looks is over at once.
  const time = timeWith({ symbols: atOnce });
  function listOf(url = server.url, token?: string): RedisList {
    const connection = new RedisConnection(url, processTime, token);
    return new RedisList({ server: { url, token }, stream: STREAM, connection, time });
  }
  const say = (...fields: string[]) => server.ask('XADD', STREAM, '*', ...fields);
  function watched(list: RedisList) {
    const changes: unknown[] = [];
    const watch = new SymbolWatch({
      ...{ read: signal => list.read(signal), changed: signal => list.changed(signal) },
      ...{ limit: 1_000, market: 'stocks', time, logger },
      onChange: symbols => changes.push(symbols),
    });
    const running = watch.run(stop.signal);
    return { watch, changes, running };
  }

  test.each([
    [['symbols', '["AAPL","BRK.B"]'], '["AAPL","BRK.B"]'],
    [['tickers', 'AAPL,BRK.B', 'count', '2'], 'AAPL,BRK.B'],
    [['whatever', 'AAPL BRK.B'], 'AAPL BRK.B'],
  ])('is in a message %j', async (fields, text) => {
    await say('symbols', 'OLD');
    await say(...fields);
    const reader = await readerOf({ redisStream: STREAM }, { url: server.url });
    expect(await reader.readSymbols?.(stop.signal)).toBe(text);
    const waiting = reader.symbolsChanged?.(stop.signal);
    stop.abort(new Error('over'));
    await expect(waiting).rejects.toThrow();
  });

  test('is followed from message to message; a broken one leaves the list before in use, and says why', async () => {
    await say('symbols', 'AAPL');
    const { watch, changes, running } = watched(listOf());
    await eventually(() => changes.length === 1);
    const broken = [
      [['symbols', '["AAPL"'], 'is not a JSON array'],
      [['symbols', '["AAPL", {"s":1}]'], 'holds'],
      [['a', 'AAPL', 'b', 'MSFT'], 'put the list into one named symbols'],
      [['symbols', ''], 'is empty'],
    ] as const;
    for (const [fields, reason] of broken) {
      await say(...fields);
      await eventually(() => watch.problem?.includes(reason) === true);
    }
    expect(changes).toEqual([['AAPL']]);
    expect(logger.lines).toHaveLength(broken.length);
    await say('symbols', 'MSFT');
    await eventually(() => changes.length === 2);
    expect([changes[1], watch.problem]).toEqual([['MSFT'], undefined]);
    stop.abort(new Error('over'));
    await running;
  });

  test('goes on after the server was away, and without a stream says so', async () => {
    await using other = await RedisServer.start();
    const { watch, changes } = watched(listOf(other.url));
    await eventually(() => watch.problem?.includes('has no message yet') === true);
    await other.end();
    await eventually(() => watch.problem?.includes('cannot be reached: start the server') === true);
    await other.begin();
    await other.ask('XADD', STREAM, '*', 'symbols', 'AAPL');
    await eventually(() => changes.length === 1);
    stop.abort(new Error('over'));
  });

  test('is asked for again and again over HTTP, which cannot wait', async () => {
    await using endpoint = await UpstashEndpoint.start(server.url);
    await say('symbols', 'AAPL');
    const { changes, running } = watched(listOf(endpoint.url, endpoint.token));
    await eventually(() => changes.length === 1);
    await say('symbols', 'MSFT');
    await eventually(() => changes.length === 2);
    stop.abort(new Error('over'));
    await running;
  });

  test('of 500 to 1,000 tickers changes the subscription by what has come and gone', async () => {
    await using station = await Station.start();
    const list = listOf();
    await say('symbols', JSON.stringify(tickers(500)));
    const unit = await station.ready(
      { CHANNELS: 'trades', SINK: 'stdout', SYMBOLS_LIMIT: '1000' },
      {
        sinks: [new MemorySink().sink],
        readSymbols: signal => list.read(signal),
        symbolsChanged: signal => list.changed(signal),
      },
    );
    const acknowledged = () => new Set(Object(unit.answer('/subscriptions')).body.acknowledged);
    for (const [count, first] of [
      [1_000, 0],
      [700, 250],
      [500, 600],
    ] as const) {
      await say('symbols', tickers(count, first).join(','));
      const topics = new Set(tickers(count, first).map(each => `T.${each}`));
      await eventually(() => acknowledged().size === count && topics.isSubsetOf(acknowledged()));
    }
    const counts = unit.logger.lines.filter(line => line.includes('subscriptions_updated'));
    expect(counts.map(line => JSON.parse(line).count)).toEqual([500, 1_000, 700, 500]);
  });
});
