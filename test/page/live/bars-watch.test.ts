/** Following bars: all of them first, the newest in between, older ones on request, and no hole whatever was missed. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { apiAt } from '../../../page/api/api.ts';
import { BarsWatch } from '../../../page/live/bars-watch.ts';
import { stocks } from '../support/markets.ts';
import type { ScriptedMarket } from '../support/scripted-market.ts';
import { StubApi } from '../support/stub-api.ts';

const SELECTION = { feed: 'stocks', symbol: 'AAPL', timeframe: '5m' } as const;
const STEP = 5 * 60_000;
let market: ScriptedMarket;
let stub: StubApi;
let watch: BarsWatch;
let refused: string | undefined;
/** Resolves waiters after each answer. */
let heard: () => void = () => undefined;

beforeEach(async () => {
  market = stocks();
  stub = new StubApi([market], []);
  await stub.start();
  refused = undefined;
});
afterEach(async () => {
  watch.close();
  await stub.stop();
});

function follow(whole: number, symbol: string = SELECTION.symbol): void {
  watch = new BarsWatch(
    apiAt(stub.url, 60_000),
    { ...SELECTION, symbol },
    { poll: 1, whole },
    {
      onBars: () => undefined,
      onRefused: detail => (refused = detail),
      onOutcome: () => heard(),
    },
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>(resolve => (heard = resolve));
}

const starts = () => watch.book.bars.map(({ start }) => start);
const newest = () => watch.book.bars.at(-1)?.start ?? 0;

test('reads a page, then only the newest, then all again when that is due', async () => {
  follow(2 ** 30);
  await until(() => stub.asked.length >= 3);
  expect(stub.asked.map(asked => /limit=\d+/.exec(asked)?.[0]).slice(0, 3)).toEqual([
    'limit=500',
    'limit=20',
    'limit=20',
  ]);
  expect(watch.book.bars).toHaveLength(500);
  expect(watch.through).toBe(market.watermark);
});

test('reads all again when more has happened than the newest tell', async () => {
  follow(2 ** 30);
  await until(() => watch.book.bars.length > 0);
  market.advance(5 * 60);
  await until(() => newest() + STEP > market.watermark);
  const gaps = starts().filter((start, n) => n > 0 && start - (starts()[n - 1] ?? 0) > STEP);
  // Only nights.
  expect(gaps.every(start => start % (24 * 3_600_000) === 9 * 3_600_000)).toBe(true);
});

test('fetches older bars until there are no more, and looks at them again, too', async () => {
  follow(1);
  await until(() => watch.book.bars.length > 0);
  expect(watch.isFromBeginning).toBe(false);
  while (!watch.isFromBeginning) await watch.older();
  const count = watch.book.bars.length;
  expect(count).toBeGreaterThan(500);
  const [oldest] = starts();
  const corrected = market.correct('AAPL', (oldest ?? 0) + STEP, 1);
  await until(() => watch.book.bars[0]?.close === corrected.close);
  expect(watch.book.bars).toHaveLength(count);
});

test('tells why a symbol is refused, and goes on asking', async () => {
  follow(2 ** 30, 'NOPE');
  await until(() => refused !== undefined && stub.asked.length > 2);
  expect(refused).toContain('NOPE is unknown');
});
