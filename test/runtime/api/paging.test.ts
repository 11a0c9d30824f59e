/** Pages: of minutes over many blocks of the log, and of symbols; each tiles the next, and says that there is more. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';
import { AskedApi } from './support/asked.ts';

const FIRST = Date.parse('2025-11-14T14:30:00Z');
const BLOCK = 4 * 3_600_000;
/** More than one question reads. */
const BLOCKS = 36;
const SYMBOLS = ['A', 'AA', 'AAPL', 'AB', 'B', 'BRK.B', 'a', '~Z'];
let api: AskedApi;

beforeAll(async () => {
  const rollup = new RollupOnTwins();
  rollup.now = FIRST;
  for (let block = 0; block < BLOCKS; block++) {
    const start = FIRST + block * BLOCK;
    await rollup.deliver(
      minuteBar(start),
      minuteBar(start + 60_000),
      new Date(start + 120_000).toISOString(),
    );
  }
  api = await AskedApi.start();
  api.wall = FIRST;
  api.at = FIRST + BLOCKS * BLOCK;
  await api.put('state', rollup.log());
  const [bar] = rollup.texts().map(decodeRolledBar);
  if (bar === undefined || 'type' in bar) throw new Error('no bar');
  await api.store(SYMBOLS.map(symbol => ({ ...bar, symbol })));
});

afterAll(() => api[Symbol.asyncDispose]());

interface Page {
  readonly bars: Readonly<Record<string, readonly { readonly start: number }[]>>;
  readonly symbols: readonly { readonly symbol: string }[];
  readonly nextCursor?: string;
}

const pagesOf = (address: string) => api.pages<Page>(address);

test.each([
  { order: 'asc', symbols: 'AAPL', blocks: 16 },
  { order: 'desc', symbols: 'AAPL', blocks: 16 },
  { order: 'asc', symbols: 'AAPL,MSFT,IBM', blocks: 5 },
  { order: 'desc', symbols: 'AAPL,MSFT,IBM', blocks: 5 },
])(
  'minutes of $symbols, $order, come from at most $blocks blocks a page',
  async ({ order, symbols, blocks }) => {
    const pages = await pagesOf(`/v1/bars?symbols=${symbols}&timeframe=1m&order=${order}`);
    const sizes = pages.map(({ bars }) => bars['AAPL']?.length ?? 0);
    expect(Math.max(...sizes)).toBe(2 * blocks);
    expect(sizes.slice(0, -2).every(size => size === 2 * blocks)).toBe(true);
    const starts = pages.flatMap(({ bars }) => (bars['AAPL'] ?? []).map(({ start }) => start));
    const all = Array.from({ length: BLOCKS }, (_, block) => FIRST + block * BLOCK).flatMap(start => [
      start,
      start + 60_000,
    ]);
    expect(starts).toEqual(order === 'asc' ? all : all.reverse());
  },
);

test.each([1, 3, 7, 8, 1_000])('symbols come in the order of their characters, %i a page', async limit => {
  const pages = await pagesOf(`/v1/symbols?limit=${limit}`);
  expect(pages.flatMap(({ symbols }) => symbols.map(({ symbol }) => symbol))).toEqual(SYMBOLS);
  expect(pages).toHaveLength(Math.ceil(SYMBOLS.length / limit));
  for (const { symbols } of pages) expect(symbols.length).toBeLessThanOrEqual(limit);
});

test('a prefix narrows the list on every page, and its cursor leads on in no other', async () => {
  const [first, ...others] = await pagesOf('/v1/symbols?prefix=A&limit=2');
  const names = [first, ...others].flatMap(page => page?.symbols.map(({ symbol }) => symbol) ?? []);
  expect(names).toEqual(['A', 'AA', 'AAPL', 'AB']);
  const { status } = await api.ask(`/v1/symbols?prefix=B&limit=2&cursor=${first?.nextCursor}`);
  expect(status).toBe(400);
  expect(await api.json('/v1/symbols?prefix=ZZ')).toEqual({ symbols: [] });
});
