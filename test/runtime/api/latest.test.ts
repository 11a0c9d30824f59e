/** What is newest of a symbol: its last minute, the session so far, the close of the day before, and the last final bars. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { Random } from '../../support/random.ts';
import {
  foldedByHand,
  lengths,
  MINUTE,
  OPEN,
  type RolledMarket,
  rolledMarket,
  SYMBOLS,
  THROUGH,
} from '../../support/rolled-market.ts';
import { AskedApi } from './support/asked.ts';

let api: AskedApi;
let market: RolledMarket;

beforeAll(async () => {
  market = await rolledMarket(new Random(7));
  api = await AskedApi.start();
  api.at = THROUGH + 10_000;
  await api.put('state', market.rollup.log());
  const bars = market.rollup.texts().flatMap(text => {
    const bar = decodeRolledBar(text);
    return 'type' in bar ? [] : [bar];
  });
  await api.store(bars);
  const [bar] = bars;
  if (!bar) throw new Error('the market has no bar');
  // The evening before: the regular session's last half hour, and two of the post session.
  const evening = [
    { start: '20:30', session: 'regular', close: 101.5 },
    { start: '21:00', session: 'post', close: 102.5 },
    { start: '23:30', session: 'post', close: 103.5 },
  ].map(({ start, session, close }) => {
    const at = Date.parse(`2025-11-19T${start}:00Z`);
    const prices = { open: close, high: close, low: close, close };
    return {
      ...bar,
      ...prices,
      symbol: 'AAPL',
      timeframe: '30m' as const,
      start: at,
      end: at + 30 * MINUTE,
      session,
    };
  });
  await api.store(evening);
});

afterAll(() => api[Symbol.asyncDispose]());

interface Latest {
  readonly minute?: { readonly start: number; readonly close: number };
  readonly session?: Readonly<Record<string, unknown>>;
  readonly previousClose?: number;
  readonly bars?: Readonly<Record<string, unknown>>;
}

test('every symbol has its last minute, its last final bars, and its session as a fold by hand has it', async () => {
  const asked = SYMBOLS.map(encodeURIComponent).join(',');
  const { latest } = await api.json<{ latest: object }>(`/v1/latest?symbols=${asked}`);
  const answers = new Map<string, Latest>(Object.entries(latest));
  expect([...answers.keys()].sort()).toEqual(SYMBOLS.toSorted());
  for (const [symbol, { minute, session, bars = {} }] of answers) {
    const minutes = market.minutes.filter(bar => bar.symbol === symbol).sort((a, b) => b.start - a.start);
    expect([symbol, minute?.start, minute?.close]).toEqual([symbol, minutes[0]?.start, minutes[0]?.close]);
    const whole = foldedByHand({ ...market, marks: [] }, symbol, 'session', OPEN, THROUGH + MINUTE);
    const { open, high, low, close, volume, version, minutes: count } = whole ?? {};
    expect(session).toMatchObject({
      name: 'regular',
      open,
      high,
      low,
      close,
      volume,
      version,
      minutes: count,
    });
    for (const timeframe of Object.keys(lengths)) {
      const texts = [...market.texts].filter(([key]) => key.startsWith(`${symbol} ${timeframe} `));
      const last = texts.map(([, text]) => JSON.parse(text)).sort((a, b) => b.start - a.start)[0];
      expect([symbol, timeframe, bars[timeframe]]).toEqual([symbol, timeframe, last]);
    }
  }
});

test('the previous close is that of the regular session of the day before, and missing where that is not known', async () => {
  const { latest } = await api.json<{ latest: Readonly<Record<string, Latest>> }>(
    '/v1/latest?symbols=AAPL,BRK.B',
  );
  expect(latest['AAPL']?.previousClose).toBe(101.5);
  expect(latest['BRK.B']).not.toHaveProperty('previousClose');
});
