/** The registry of symbols, on a real table. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dynamoDbClient } from '../../../../runtime/platform/aws.ts';
import { slotOf } from '../../../../runtime/records/slot.ts';
import { DAY, type KnownSymbol, SymbolRegistry } from '../../../../runtime/tables/bars/symbol-registry.ts';
import { createTable, LocalServers } from '../../../support/local-servers.ts';

const EXPIRES = 1_800_000_000;
const { signal } = new AbortController();
const known = (symbol: string, first: number, last: number): KnownSymbol => ({
  symbol,
  firstDay: first * DAY,
  lastDay: last * DAY,
});

describe('the registry of symbols', () => {
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

  const registry = (owner?: string) => new SymbolRegistry(client, name, owner);
  const widen = (to: KnownSymbol, before?: KnownSymbol) => registry().widen(to, before, EXPIRES, signal);
  const read = async (...symbols: string[]) => (await registry().read(symbols, signal)).known;
  const listed = async (asked: { prefix?: string; after?: string; limit?: number } = {}) => {
    const { symbols, hasMore } = await registry().list({ limit: 100, ...asked }, signal);
    return [symbols.map(({ symbol }) => symbol).join(' '), hasMore];
  };

  test('knows a symbol from its first day on, and widens it at either end', async () => {
    expect(await read('AAPL')).toEqual([]);
    await widen(known('AAPL', 5, 6));
    await widen(known('AAPL', 7, 7), known('AAPL', 5, 6));
    await widen(known('AAPL', 3, 3), known('AAPL', 5, 7));
    expect(await read('AAPL', 'none')).toEqual([known('AAPL', 3, 7)]);
  });

  test.each([
    ['nothing of it', undefined],
    ['what it was before', known('AAPL', 5, 5)],
  ])(
    'of two who widen it at once neither takes back what the other wrote, when the later knew %s',
    async (_, before) => {
      await widen(known('AAPL', 5, 5));
      await widen(known('AAPL', 2, 9), known('AAPL', 5, 5));
      await widen(known('AAPL', 4, 6), before);
      await widen(known('AAPL', 1, 6), before);
      await widen(known('AAPL', 6, 10), before);
      expect(await read('AAPL')).toEqual([known('AAPL', 1, 10)]);
    },
  );

  test('forgets a symbol when it is told to, and keeps whose it is', async () => {
    await registry('dev/stocks').widen(known('AAPL', 5, 6), undefined, EXPIRES, signal);
    const Key = { pk: { S: `symbols#${slotOf('AAPL') % 8}` }, sk: { S: 'AAPL' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: name, Key }));
    expect(Item).toMatchObject({ expires: { N: String(EXPIRES) }, belongsTo: { S: 'dev/stocks' } });
    const other = registry('prod/stocks');
    const refusal = `table '${name}' belongs to dev/stocks, and this is prod/stocks`;
    await expect(other.read(['AAPL'], signal)).rejects.toThrow(refusal);
    await expect(other.list({ limit: 1 }, signal)).rejects.toThrow(refusal);
  });

  test('lists symbols in their order, page by page, by what they begin with', async () => {
    const symbols = ['!', 'A', 'A!', 'AA', 'AAPL', 'B', 'BRK.B', 'a', '__proto__', '~'.repeat(64)];
    for (const symbol of symbols.toReversed()) await widen(known(symbol, 1, 1));
    const sorted = symbols.toSorted();
    expect(await listed()).toEqual([sorted.join(' '), false]);
    expect(await listed({ limit: sorted.length })).toEqual([sorted.join(' '), false]);
    expect(await listed({ limit: 3 })).toEqual(['! A A!', true]);
    expect(await listed({ limit: 3, after: 'A!' })).toEqual(['AA AAPL B', true]);
    expect(await listed({ prefix: 'A' })).toEqual(['A A! AA AAPL', false]);
    expect(await listed({ prefix: 'A', after: 'A!', limit: 1 })).toEqual(['AA', true]);
    expect(await listed({ prefix: 'A', after: '!' })).toEqual(['A A! AA AAPL', false]);
    expect(await listed({ prefix: 'A', after: 'B' })).toEqual(['', false]);
    expect(await listed({ prefix: '~' })).toEqual(['~'.repeat(64), false]);
    expect(await listed({ prefix: 'none' })).toEqual(['', false]);
  });

  test('finds every symbol once, whatever the pages', async () => {
    const symbols = Array.from({ length: 300 }, (_, n) => `S${String(n).padStart(3, '0')}`);
    await Promise.all(symbols.map(symbol => widen(known(symbol, 1, 1))));
    let after = '';
    const found: string[] = [];
    for (let hasMore = true; hasMore; ) {
      const page = await registry().list({ limit: 70, after }, signal);
      found.push(...page.symbols.map(({ symbol }) => symbol));
      after = found.at(-1) ?? '';
      hasMore = page.hasMore;
    }
    expect(found).toEqual(symbols);
  });

  test('reads at most a hundred at once', async () => {
    const many = Array.from({ length: 101 }, (_, n) => `S${n}`);
    await expect(registry().read(many, signal)).rejects.toThrow('101 symbols: read at most 100');
  });
});
