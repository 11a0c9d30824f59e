/** The latest Lambda through the door that Lambda uses, on a Redis server of this machine. */
import { Logger } from '@aws-lambda-powertools/logger';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type BarsResponse, barText, type KinesisEvent, type LambdaContext } from '../../../kit/index.ts';
import { latestEnv } from '../../../runtime/latest/names.ts';
import { environmentVariable, latestMetrics } from '../../../runtime/platform/metric-names.ts';
import { redisEnv } from '../../../runtime/platform/sink-names.ts';
import { bar, eventOf, START } from '../../kit/support/bars.ts';
import { describeWithRedis, RedisServer } from '../ingester/support/redis-server.ts';

describeWithRedis('the latest Lambda', () => {
  let server: RedisServer;
  let handler: (event: KinesisEvent, context: LambdaContext) => Promise<BarsResponse>;

  beforeAll(async () => {
    server = await RedisServer.start();
    Object.assign(process.env, {
      [environmentVariable]: 'dev',
      [latestEnv.redisUrlSecret]: 'barflow/dev/redis-url',
      [redisEnv.url]: server.url,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
    });
    ({ handler } = await import('../../../runtime/latest/handler.ts'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    // Its connection lasts as long as a function does.
    await server[Symbol.asyncDispose]();
  });

  const deliver = (...texts: string[]) => handler(eventOf(texts), { getRemainingTimeInMillis: () => 60_000 });
  const day = async (symbol: string) => JSON.parse(`${await server.ask('GET', `stock:agg5m:${symbol}`)}`);
  const lines = () => jest.spyOn(process.stdout, 'write').mockReturnValue(true);

  test('keeps the finished 5m bars of the day, for two days unless told otherwise, and counts them', async () => {
    const write = lines();
    const bars = [bar(), bar({ version: 2 }), bar({ final: false, version: 3 }), bar({ timeframe: '15m' })];
    expect(await deliver(...bars.map(barText))).toEqual({ batchItemFailures: [] });
    expect(await deliver(barText(bar()))).toEqual({ batchItemFailures: [] });
    const counts = write.mock.calls.map(([line]) => JSON.parse(String(line)));
    write.mockRestore();
    expect(await day('AAPL')).toMatchObject({ day: '2025-11-20', bars: [{ start: START, version: 2 }] });
    expect(Number(await server.ask('TTL', 'stock:agg5m:AAPL'))).toBeGreaterThan(172_000);
    expect(counts).toMatchObject([
      {
        [latestMetrics.written]: 1,
        [latestMetrics.superseded]: 1,
        [latestMetrics.blocked]: 0,
        Feed: 'stocks',
      },
      { [latestMetrics.written]: 0, [latestMetrics.superseded]: 1 },
    ]);
  });

  test('goes on where something that is not ours stands in the way or cannot be read, and tells of it', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const write = lines();
    await server.ask('RPUSH', 'stock:agg5m:MINE', '1');
    const texts = ['no record', ...['MINE', 'X'].map(symbol => barText(bar({ symbol })))];
    expect(await deliver(...texts)).toEqual({ batchItemFailures: [] });
    const [[line] = []] = write.mock.calls;
    write.mockRestore();
    expect(JSON.parse(`${line}`)).toMatchObject({ [latestMetrics.written]: 1, [latestMetrics.blocked]: 1 });
    expect(await day('X')).toMatchObject({ bars: { length: 1 } });
    expect(warn.mock.calls).toEqual([
      [
        'something that is not ours stands at keys: their bars are not written',
        expect.objectContaining({
          keys: { 'stock:agg5m:MINE': expect.stringContaining('WRONGTYPE') },
          keysInTheWay: 1,
          remedy: 'rename or delete those keys, or use another database',
        }),
      ],
    ]);
    expect(error.mock.calls).toEqual([
      ['record refused', { reason: expect.any(String), where: expect.stringMatching(/stream\/bars .*:1$/) }],
    ]);
  });

  test('asks for the bars again while the server is away, says what to do, and writes them when one is there', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const texts = ['A', 'B'].map(symbol => barText(bar({ symbol })));
    await server.end();
    // Lambda halves a batch that throws, down to single records.
    for (const batch of [texts, texts.slice(1)])
      await expect(deliver(...batch)).rejects.toThrow('1 pieces of the batch failed');
    expect(error.mock.calls[1]).toEqual([
      'bars not written: they will be delivered again',
      {
        error: expect.objectContaining({
          message: expect.stringMatching(/cannot be reached: start the server/),
        }),
      },
    ]);
    await server.begin();
    expect(await deliver(...texts)).toEqual({ batchItemFailures: [] });
    expect(await day('B')).toMatchObject({ bars: { length: 1 } });
  });

  test('finds the server again whose address has changed in the secret', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await using other = await RedisServer.start();
    await server.end();
    process.env[redisEnv.url] = 'http://nobody';
    await expect(deliver(barText(bar()), barText(bar()))).rejects.toThrow();
    process.env[redisEnv.url] = 'nonsense';
    await expect(deliver(barText(bar()), barText(bar()))).rejects.toThrow();
    expect(error.mock.calls.at(-1)?.[1]).toMatchObject({
      error: {
        message: expect.stringContaining("secret 'barflow/dev/redis-url' holds no address of a Redis server"),
      },
    });
    process.env[redisEnv.url] = other.url;
    expect(await deliver(barText(bar()))).toEqual({ batchItemFailures: [] });
    expect(await other.ask('EXISTS', 'stock:agg5m:AAPL')).toBe(1);
  });
});
