/** What one answer reads: of each slot what is new, once, however many parts of the answer are made from it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { slotOf } from '../../../../runtime/records/slot.ts';
import { Random } from '../../../support/random.ts';
import { MINUTE, type RolledMarket, rolledMarket, SYMBOLS, THROUGH } from '../../../support/rolled-market.ts';
import { AskedApi } from '../support/asked.ts';

const symbols = SYMBOLS.map(encodeURIComponent).join(',');
const slots = new Set(SYMBOLS.map(slotOf)).size;
let api: AskedApi;
let market: RolledMarket;

beforeAll(async () => {
  market = await rolledMarket(new Random(11));
  api = await AskedApi.start();
  api.at = THROUGH + 10_000;
  await api.put('state', market.rollup.log());
});

afterAll(() => api[Symbol.asyncDispose]());

async function readsOf(question: string): Promise<number> {
  const before = api.reads;
  await api.json(question);
  return api.reads - before;
}

test('the latest of symbols whose logs have not grown are one read a slot, and one more of each earlier block of the session', async () => {
  await readsOf(`/v1/latest?symbols=${symbols}`);
  expect(await readsOf(`/v1/latest?symbols=${symbols}`)).toBe(2 * slots);
});

test('the last hour of 1m is one read when nothing was appended since, and one more when something was', async () => {
  const question = `/v1/bars?symbols=AAPL&timeframe=1m&from=${THROUGH - 42 * MINUTE}`;
  await readsOf(question);
  expect(await readsOf(question)).toBe(1);
  const minute = market.minutes.find(({ symbol }) => symbol === 'AAPL');
  if (!minute) throw new Error('AAPL has no minute');
  const close = 1 + minute.high;
  const before = new Set(market.rollup.log().map(({ sk }) => sk?.S));
  await market.rollup.deliver({
    ...{ ...minute, start: THROUGH, end: THROUGH + MINUTE },
    ...{ high: close, close, version: THROUGH + 60 * MINUTE },
  });
  await api.put(
    'state',
    market.rollup.log().filter(({ sk }) => !before.has(sk?.S)),
  );
  expect(await readsOf(question)).toBe(2);
  const { bars } = await api.json<{ bars: { AAPL: { start: number; close: number }[] } }>(question);
  expect(bars.AAPL.at(-1)).toMatchObject({ start: THROUGH, close });
});

test('the newest bars are one read of the bars and one of the log', async () => {
  const question = `/v1/bars?symbols=AAPL&timeframe=5m&order=desc&limit=20&open=true&from=${THROUGH - 42 * MINUTE}`;
  await readsOf(question);
  expect(await readsOf(question)).toBe(2);
});
