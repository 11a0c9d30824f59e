/** Questions to the API over a real connection: what is remembered, and what each failure is called. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Api, apiAt } from '../../../page/api/api.ts';
import { timeframes } from '../../../page/api/timeframes.ts';
import { Trouble } from '../../../page/api/trouble.ts';
import { stocks } from '../support/markets.ts';
import { type Fault, StubApi } from '../support/stub-api.ts';

const QUESTION = { symbols: 'AAPL', timeframe: '5m', order: 'desc', limit: 5, cursor: undefined };
const market = stocks();
let stub: StubApi;
let api: Api;
const never = new AbortController().signal;

beforeEach(async () => {
  stub = new StubApi([market], []);
  await stub.start();
  api = apiAt(stub.url, 60_000);
});
afterEach(() => stub.stop());

async function troubleOf(asking: Promise<unknown>): Promise<Trouble> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Trouble) return error;
  throw new Error(`no trouble but ${error}`);
}

describe('a question', () => {
  test('is asked by its parameters, and an unchanged answer keeps its identity', async () => {
    const first = await api.bars.ask(QUESTION, never);
    expect(first.bars.get('AAPL')).toHaveLength(5);
    expect(await api.bars.ask(QUESTION, never)).toBe(first);
    expect(stub.asked).toEqual([
      '200 /v1/bars?symbols=AAPL&timeframe=5m&order=desc&limit=5',
      '304 /v1/bars?symbols=AAPL&timeframe=5m&order=desc&limit=5',
    ]);
    market.advance(1);
    expect(await api.bars.ask(QUESTION, never)).not.toBe(first);
  });

  test('follows a cursor to what is older', async () => {
    const { bars, nextCursor } = await api.bars.ask(QUESTION, never);
    const older = await api.bars.ask({ ...QUESTION, cursor: nextCursor }, never);
    const oldest = bars.get('AAPL')?.at(-1)?.start ?? 0;
    expect(older.bars.get('AAPL')?.at(0)?.end).toBe(oldest);
  });

  test('may name symbols with any sign in them', async () => {
    const { symbols } = market.script;
    const answer = await api.latest.ask({ symbols: symbols.slice(-4).join(',') }, never);
    expect([...answer.keys()]).toEqual(symbols.slice(-4));
  });

  test('that is wrong is refused with the problem’s own words', async () => {
    const trouble = await troubleOf(api.bars.ask({ ...QUESTION, timeframe: '2m' }, never));
    expect([trouble.kind, trouble.message]).toEqual([
      'refused',
      `timeframe is 2m: use one of ${timeframes.join(', ')}`,
    ]);
  });

  test.each<[Fault, Trouble['kind']]>([
    ['busy', 'busy'],
    ['half', 'broken'],
    ['senseless', 'broken'],
    ['failed', 'failed'],
    ['forbidden', 'forbidden'],
  ])('that is not answered as it should be is trouble: %s', async (fault, kind) => {
    stub.fault = fault;
    const trouble = await troubleOf(api.status.ask({}, never));
    expect([trouble.kind, trouble.retryAfter]).toEqual([kind, fault === 'busy' ? 1_000 : undefined]);
    stub.fault = undefined;
    expect(await api.status.ask({}, never)).toHaveLength(1);
  });

  test('that nobody answers, or not in time, is trouble, too', async () => {
    stub.fault = 'silent';
    expect((await troubleOf(apiAt(stub.url, 20).status.ask({}, never))).kind).toBe('slow');
    await stub.stop();
    expect((await troubleOf(api.status.ask({}, never))).kind).toBe('unreachable');
  });

  test('ends at once when it is not wanted any more', async () => {
    stub.fault = 'silent';
    const end = new AbortController();
    const asking = api.status.ask({}, end.signal);
    end.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });
});
