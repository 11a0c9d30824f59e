/** The bars table, on a real one. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { minutesIn } from '../../../../runtime/markets/timeframe.ts';
import { dynamoDbClient } from '../../../../runtime/platform/aws.ts';
import type { RolledBar } from '../../../../runtime/records/bar.ts';
import { decodeRolledBar } from '../../../../runtime/records/decode.ts';
import { encodeRolledBar } from '../../../../runtime/records/encode.ts';
import { type BarRange, BarTable } from '../../../../runtime/tables/bars/bar-table.ts';
import { createTable, LocalServers } from '../../../support/local-servers.ts';

const START = Date.parse('2025-11-20T14:30:00Z');
const NOW = Date.parse('2026-01-05T00:00:00Z');
const DAYS = { '5m': 30, '15m': 90, '30m': 90, '1h': 400, '4h': 400 } as const;
const { signal } = new AbortController();

function bar({ timeframe = '5m', start = START, version = 1, ...given }: Partial<RolledBar> = {}): RolledBar {
  return {
    symbol: 'AAPL',
    open: 212.4,
    high: 212.99,
    low: 211.1,
    close: 212.4,
    volume: '1234567.000000000000000001',
    minutes: 4,
    uncovered: 1,
    session: 'regular',
    final: true,
    ...given,
    timeframe,
    start,
    end: start + minutesIn[timeframe] * 60_000,
    version,
  };
}

describe('the bars table', () => {
  let servers: LocalServers;
  let client: ReturnType<typeof dynamoDbClient>;
  let name: string;
  let tables = 0;

  beforeAll(async () => {
    servers = await LocalServers.start();
    client = dynamoDbClient();
  });
  beforeEach(async () => {
    name = `bars-${tables++}`;
    await createTable(client, name, 'S');
  });
  afterAll(async () => {
    client.destroy();
    await servers[Symbol.asyncDispose]();
  });

  const table = (owner?: string) => new BarTable(client, name, owner);
  const put = (given: Partial<RolledBar>, owner?: string) => table(owner).put(bar(given), DAYS, NOW, signal);
  const starts = async (range: Partial<BarRange>) => {
    const page = await table().range({ symbol: 'AAPL', timeframe: '5m', limit: 100, ...range }, signal);
    return { ...page, bars: page.bars.map(({ start }) => (start - START) / 300_000) };
  };

  test('gives back the record byte for byte, with version and finality beside it', async () => {
    expect(await put({ version: 8_818_245_548_832 })).toBe(true);
    const { bars } = await table().range({ symbol: 'AAPL', timeframe: '5m', limit: 1 }, signal);
    const text = encodeRolledBar(bar({ version: 8_818_245_548_832 }));
    expect(bars).toEqual([{ start: START, version: 8_818_245_548_832, final: true, text }]);
    expect(decodeRolledBar(text)).toEqual(bar({ version: 8_818_245_548_832 }));
  });

  test.each([
    ['a higher version', { version: 6 }, true],
    ['a higher version of an open window', { version: 6, final: false }, true],
    ['the same again', { version: 5 }, false],
    ['the same version, no longer final', { version: 5, final: false }, false],
    ['a lower version', { version: 4 }, false],
  ])('over a final bar of version 5 writes %s: %j %s', async (_, given, isWritten) => {
    await put({ version: 5 });
    expect(await put(given)).toBe(isWritten);
    const { bars } = await table().range({ symbol: 'AAPL', timeframe: '5m', limit: 2 }, signal);
    expect(bars).toMatchObject([isWritten ? given : { version: 5, final: true }]);
  });

  test.each([
    [{ version: 5, final: true }, true],
    [{ version: 5, final: false }, false],
    [{ version: 4, final: true }, false],
  ])('over an open bar of version 5 writes %j: %s', async (given, isWritten) => {
    await put({ version: 5, final: false });
    expect(await put(given)).toBe(isWritten);
  });

  test('keeps a bar for the days of its timeframe, from when it was written', async () => {
    for (const [timeframe, days] of [['5m', 30] as const, ['1h', 400] as const]) {
      await put({ timeframe });
      const Key = { pk: { S: `AAPL#${timeframe}` }, sk: { S: String(START) } };
      const { Item } = await client.send(new GetItemCommand({ TableName: name, Key }));
      expect(Number(Item?.['expires']?.N)).toBe(NOW / 1_000 + days * 86_400);
    }
  });

  test('answers ranges in either order, with its start and without its end, and says where to go on', async () => {
    for (const n of [3, 0, 2, 4, 1]) await put({ start: START + n * 300_000 });
    const at = (n: number) => START + n * 300_000;
    expect(await starts({})).toEqual({ bars: [0, 1, 2, 3, 4] });
    expect(await starts({ from: at(1), to: at(3) })).toEqual({ bars: [1, 2] });
    expect(await starts({ from: at(1) - 1, to: at(3) + 1 })).toEqual({ bars: [1, 2, 3] });
    expect(await starts({ limit: 2 })).toEqual({ bars: [0, 1], next: at(2) });
    expect(await starts({ limit: 2, from: at(3) })).toEqual({ bars: [3, 4] });
    expect(await starts({ limit: 2, order: 'desc' })).toEqual({ bars: [4, 3], next: at(2) });
    expect(await starts({ limit: 9, order: 'desc', to: at(2) })).toEqual({ bars: [1, 0] });
    expect(await starts({ from: at(2), to: at(2) })).toEqual({ bars: [] });
    expect(await starts({ symbol: 'none' })).toEqual({ bars: [] });
  });

  test('goes on where DynamoDB ends a page, after a megabyte', async () => {
    const padding = 'x'.repeat(390_000);
    for (const n of [0, 1, 2, 3])
      await client.send(
        new PutItemCommand({
          TableName: name,
          Item: { pk: { S: 'AAPL#5m' }, sk: { S: String(START + n * 300_000) }, record: { S: padding } },
        }),
      );
    expect(await starts({})).toEqual({ bars: [0, 1, 2, 3] });
    expect(await starts({ limit: 3 })).toEqual({ bars: [0, 1, 2], next: START + 900_000 });
  });

  test.each(['__proto__', 'O:SPY251219C00650000', 'A#5m', 'EUR/USD', '"\\'])(
    'tells the series of %s from every other',
    async symbol => {
      await put({ symbol });
      await put({ symbol: `${symbol}#1` });
      expect((await starts({ symbol })).bars).toEqual([0]);
      expect((await starts({ symbol, timeframe: '15m' })).bars).toEqual([]);
    },
  );

  test('refuses bars of another environment', async () => {
    await put({}, 'prod/stocks');
    await expect(
      table('dev/stocks').range({ symbol: 'AAPL', timeframe: '5m', limit: 1 }, signal),
    ).rejects.toThrow(`table '${name}' belongs to prod/stocks, and this is dev/stocks`);
  });
});
