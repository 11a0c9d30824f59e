/** The simulated market looks like a real one: levels, volumes, ranges and moves, held to what real minutes measure. */
import { describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import type { VendorMinute } from '../../../local/simulator/source.ts';
import type { Market } from '../../../runtime/markets/market.ts';
import { MINUTE, OPEN, utc } from './fixture.ts';

const SESSION = 390;

/** Minutes of each symbol in `[from, from + count minutes)`. */
function minutesOf(
  symbols: readonly string[],
  count: number,
  from = OPEN,
  market: Market = 'stocks',
  seed = 1,
) {
  const source = new SimulatedMarket({ market, symbols, seed, corrected: 0 });
  const to = from + count * MINUTE;
  return new Map(symbols.map(symbol => [symbol, source.history(symbol, from, to, to)]));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const volumeOf = (bars: readonly VendorMinute[]) => mean(bars.map(({ volume }) => Number(volume)));
/** Mean of (high - low) / close, in basis points. */
const rangeOf = (bars: readonly VendorMinute[]) =>
  1e4 * mean(bars.map(({ high, low, close }) => (high - low) / close));
const between = (bars: readonly VendorMinute[], from: number, to: number) =>
  bars.filter(({ start }) => start >= OPEN + from * MINUTE && start < OPEN + to * MINUTE);

function correlation(a: readonly VendorMinute[], b: readonly VendorMinute[]): number {
  const move = ({ open, close }: VendorMinute) => Math.log(close / open);
  const closes = new Map(b.map(bar => [bar.start, move(bar)]));
  const pairs = a.flatMap(bar => {
    const other = closes.get(bar.start);
    return other === undefined ? [] : [[move(bar), other] as const];
  });
  const product = (i: 0 | 1, j: 0 | 1) => mean(pairs.map(pair => pair[i] * pair[j]));
  return product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
}

describe('prices', () => {
  test.each([
    ['stocks', { SPY: 660, AAPL: 270, F: 13, 'BRK.B': 500, 'BRK.A': 750_000 }],
    ['crypto', { 'BTC-USD': 90_000, 'ETH-USD': 3_000, 'LINK-USD': 14, 'DOGE-USD': 0.16 }],
    ['futures', { ESZ5: 6_700, CLZ5: 58, ZNZ5: 112.75 }],
  ] as const)(
    'of well-known %s are near their real levels, whatever the seed and the day',
    (market, levels) => {
      for (const [seed, day] of [
        [1, '2025-11-20'],
        [2, '2026-03-04'],
        [77, '2019-06-12'],
      ] as const) {
        const bars = minutesOf(Object.keys(levels), 60, utc(`${day}T15:00:00Z`), market, seed);
        for (const [symbol, level] of Object.entries(levels)) {
          const closes = (bars.get(symbol) ?? []).map(({ close }) => close / level);
          expect([symbol, closes.length > 0, closes.filter(ratio => ratio < 0.8 || ratio > 1.25)]).toEqual([
            symbol,
            true,
            [],
          ]);
        }
      }
    },
  );

  test('stand on the steps in which each is quoted', () => {
    const stepsOf = (market: Market, symbol: string, steps: number) =>
      (minutesOf([symbol], 60, utc('2025-11-20T15:00:00Z'), market).get(symbol) ?? []).every(
        ({ high, low }) => Number.isInteger(high * steps) && Number.isInteger(low * steps),
      );
    expect([
      stepsOf('futures', 'ESZ5', 4),
      stepsOf('futures', 'ZNZ5', 64),
      stepsOf('futures', 'YMZ5', 1),
    ]).toEqual([true, true, true]);
  });

  test('go on where they were: a minute opens where the one before it closed', () => {
    const bars = minutesOf(['NVDA'], SESSION).get('NVDA') ?? [];
    const jumps = bars.slice(1).map(({ open }, n) => Math.abs(open - (bars[n]?.close ?? 0)));
    expect(Math.max(...jumps)).toBeLessThanOrEqual(0.01);
  });

  test('follow an index: funds closely, stocks half, bonds not', () => {
    const bars = minutesOf(['SPY', 'QQQ', 'AAPL', 'JPM', 'SHY'], SESSION);
    const withSpy = (symbol: string) => correlation(bars.get('SPY') ?? [], bars.get(symbol) ?? []);
    expect(withSpy('QQQ')).toBeGreaterThan(0.8);
    // Of SPY with AIG, BAC and IBM in October 2013: 0.65, 0.46 and 0.47.
    for (const symbol of ['AAPL', 'JPM']) {
      expect(withSpy(symbol)).toBeGreaterThan(0.3);
      expect(withSpy(symbol)).toBeLessThan(0.75);
    }
    expect(Math.abs(withSpy('SHY'))).toBeLessThan(0.25);
  });

  test('range as each symbol does', () => {
    const bars = minutesOf(['SPY', 'MSFT', 'TSLA', 'SHY'], SESSION);
    const range = (symbol: string) => rangeOf(bars.get(symbol) ?? []);
    // Of SPY in October 2013 and December 2020: 4.4 and 3.7 basis points; of SHY in March 2008: 0.8.
    expect(range('SPY')).toBeGreaterThan(2.5);
    expect(range('SPY')).toBeLessThan(5.5);
    expect(range('SHY')).toBeLessThan(1.2);
    expect(range('TSLA')).toBeGreaterThan(2 * range('SPY'));
    expect(range('MSFT')).toBeGreaterThan(range('SPY'));
  });
});

describe('volume', () => {
  const day = (symbol: string) => minutesOf([symbol], SESSION).get(symbol) ?? [];

  test.each(['SPY', 'BAC', 'GOOGL'])('of %s is high at the open and at the close', symbol => {
    const bars = day(symbol);
    const whole = volumeOf(bars);
    const part = (from: number, to: number) => volumeOf(between(bars, from, to)) / whole;
    // Of SPY, AIG, BAC, IBM and GOOG: 1.4 to 1.9, 0.5 to 0.7, and 2.2 to 3.3 times the day's mean.
    expect(part(0, 30)).toBeGreaterThan(1.3);
    expect(part(0, 30)).toBeLessThan(2.6);
    expect(part(150, 240)).toBeLessThan(0.9);
    expect(part(360, 390)).toBeGreaterThan(1.5);
    expect(part(360, 390)).toBeLessThan(3.5);
    expect(rangeOf(between(bars, 0, 30))).toBeGreaterThan(1.15 * rangeOf(between(bars, 150, 240)));
  });

  test('rushes to the close of a half day too, and is small after it', () => {
    const open = utc('2025-11-28T14:30:00Z');
    const bars = minutesOf(['SPY'], 330, open).get('SPY') ?? [];
    const part = (from: number, to: number) => volumeOf(bars.slice(from, to));
    expect(bars).toHaveLength(330);
    expect(part(195, 210)).toBeGreaterThan(1.8 * part(80, 130));
    expect(part(240, 330)).toBeLessThan(0.3 * part(80, 130));
  });

  test('comes in shares as the name is traded: millions of one, single shares of another', () => {
    const bars = minutesOf(['SPY', 'BRK.A'], SESSION);
    const dayVolume = (symbol: string) =>
      (bars.get(symbol) ?? []).reduce((sum, { volume }) => sum + Number(volume), 0);
    expect(dayVolume('SPY')).toBeGreaterThan(40e6);
    expect(dayVolume('SPY')).toBeLessThan(150e6);
    expect(dayVolume('BRK.A')).toBeLessThan(1_500);
    expect(dayVolume('BRK.A')).toBeGreaterThan(100);
  });

  test('of a single trade has a single price', () => {
    const thin = minutesOf(['BACpL', 'BRK.A'], SESSION);
    const single = [...thin.values()].flat().filter(({ trades }) => trades === 1);
    expect(single.length).toBeGreaterThan(20);
    expect(single.filter(({ open, high, low, close }) => open !== close || high !== low)).toEqual([]);
  });

  test('of futures is that of the day in Chicago, of crypto that of the hours when America is awake', () => {
    const at = (market: Market, symbol: string, time: string) =>
      volumeOf(minutesOf([symbol], 60, utc(time), market).get(symbol) ?? []);
    expect(at('futures', 'ESZ5', '2025-11-20T03:00:00Z')).toBeLessThan(
      0.15 * at('futures', 'ESZ5', '2025-11-20T15:00:00Z'),
    );
    expect(at('crypto', 'BTC-USD', '2025-11-20T03:00:00Z')).toBeLessThan(
      at('crypto', 'BTC-USD', '2025-11-20T15:00:00Z'),
    );
  });
});
