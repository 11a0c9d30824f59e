/** The seeded market: repeatable, by the calendar, from liquid to nearly dead, corrected later. */
import { describe, expect, test } from '@jest/globals';
import { LATEST_CORRECTION, SimulatedMarket } from '../../../local/simulator/market.ts';
import type { Source, VendorMinute } from '../../../local/simulator/source.ts';
import { markets } from '../../../runtime/markets/market.ts';
import { barFault } from '../../../runtime/records/check.ts';
import { betterSymbol } from '../../../runtime/vendor/ticker-names.ts';
import { MINUTE, OPEN, utc } from './fixture.ts';

const minutes = (count: number, from = OPEN) => Array.from({ length: count }, (_, n) => from + n * MINUTE);
const played = (source: Source, count: number, from = OPEN) =>
  minutes(count, from).flatMap(minute => source.burst(minute));
const keyOf = ({ symbol, start }: VendorMinute) => `${symbol} ${start}`;

describe('a seeded market', () => {
  test('is the same market again with the same seed, and another one with another', () => {
    const one = played(new SimulatedMarket({ market: 'stocks', symbols: 30, seed: 7 }), 40);
    expect(played(new SimulatedMarket({ market: 'stocks', symbols: 30, seed: 7 }), 40)).toEqual(one);
    expect(played(new SimulatedMarket({ market: 'stocks', symbols: 30, seed: 8 }), 40)).not.toEqual(one);
  });

  test('gives any minute alone as it gives it in its turn', () => {
    const options = { market: 'stocks', symbols: 100, seed: 3, corrected: 0.2 } as const;
    const inTurn = new SimulatedMarket(options);
    played(inTurn, 20);
    const alone = new SimulatedMarket(options);
    expect(alone.burst(OPEN + 20 * MINUTE)).toEqual(inTurn.burst(OPEN + 20 * MINUTE));
  });

  test('remembers as history what it sent, corrections included, and nothing that is yet to come', () => {
    const market = new SimulatedMarket({ market: 'stocks', symbols: 25, corrected: 0.1 });
    const latest = new Map<string, VendorMinute>();
    const sent = minutes(60);
    for (const minute of sent) {
      for (const bar of market.burst(minute)) latest.set(keyOf(bar), bar);
      if (minute % (7 * MINUTE) !== 0) continue;
      const history = market.symbols.flatMap(symbol =>
        market.history(symbol, OPEN, OPEN + 60 * MINUTE, minute),
      );
      const before = [...latest.values()].filter(bar => bar.start >= OPEN);
      expect(new Map(history.map(bar => [keyOf(bar), bar]))).toEqual(
        new Map(before.map(bar => [keyOf(bar), bar])),
      );
    }
  });

  test('re-sends corrected minutes up to a quarter of an hour later, with other content', () => {
    const market = new SimulatedMarket({ market: 'stocks', symbols: 50, corrected: 0.1 });
    const seen = new Map<string, VendorMinute>();
    let corrections = 0;
    let twice = 0;
    for (const minute of minutes(90)) {
      for (const bar of market.burst(minute)) {
        const before = seen.get(keyOf(bar));
        if (bar.start < minute && before) {
          corrections++;
          if (
            before.volume !== market.history(bar.symbol, bar.start, bar.start + MINUTE, bar.start)[0]?.volume
          )
            twice++;
          expect(bar).not.toEqual(before);
          expect(minute - bar.start).toBeLessThanOrEqual(LATEST_CORRECTION * MINUTE);
        }
        seen.set(keyOf(bar), bar);
      }
    }
    expect(corrections).toBeGreaterThan(50);
    expect(twice).toBeGreaterThan(0);
  });

  test.each(markets)(
    'of %s makes only bars that hold together, of symbols that the market can have',
    kind => {
      const market = new SimulatedMarket({ market: kind, symbols: 40, corrected: 0.1 });
      const bars = played(market, 120);
      expect(bars.length).toBeGreaterThan(1_000);
      const asRecord = { type: 'bar', session: 'regular', version: 1, source: 'live' } as const;
      expect(bars.flatMap(bar => barFault({ ...bar, ...asRecord }, kind) ?? [])).toEqual([]);
      expect(market.symbols.filter(symbol => betterSymbol(kind, symbol) !== undefined)).toEqual([]);
      const hasVwap = kind !== 'forex' && kind !== 'indices';
      const isWrong = ({ vwap, low, high }: VendorMinute) =>
        hasVwap ? !(vwap !== undefined && vwap >= low && vwap <= high) : vwap !== undefined;
      expect(bars.filter(isWrong)).toEqual([]);
      if (kind === 'indices') expect(bars.filter(({ volume }) => volume !== '0')).toEqual([]);
    },
  );

  test('has fractional volumes for some symbols, and now and then a minute without volume', () => {
    const bars = played(new SimulatedMarket({ market: 'stocks', symbols: 100 }), 390);
    const fractional = new Set(bars.filter(bar => bar.volume.includes('.')).map(bar => bar.symbol));
    expect(fractional.size).toBeGreaterThan(10);
    expect(fractional.size).toBeLessThan(60);
    expect(bars.some(bar => bar.volume === '0' && bar.trades === 0 && bar.high === bar.low)).toBe(true);
  });

  test('goes from symbols that trade every minute to symbols that hardly trade', () => {
    const market = new SimulatedMarket({ market: 'stocks', symbols: 1_000 });
    const counts = (symbol: string | undefined) =>
      market.history(symbol ?? '', OPEN, OPEN + 390 * MINUTE, OPEN + 390 * MINUTE).length;
    expect(counts(market.symbols[0])).toBe(390);
    expect(counts(market.symbols[500])).toBeGreaterThan(100);
    expect(counts(market.symbols[500])).toBeLessThan(390);
    expect(market.symbols.slice(990).reduce((sum, symbol) => sum + counts(symbol), 0)).toBeLessThan(60);
  });

  test('trades less before the open and after the close, and not at all at night and on holidays', () => {
    const market = new SimulatedMarket({ market: 'stocks', symbols: 200, corrected: 0 });
    const at = (time: string) => market.burst(utc(time)).length;
    expect(at('2025-11-20T13:00:00Z')).toBeGreaterThan(0);
    expect(at('2025-11-20T13:00:00Z')).toBeLessThan(at('2025-11-20T15:00:00Z'));
    expect(at('2025-11-20T22:00:00Z')).toBeGreaterThan(0);
    expect(at('2025-11-21T03:00:00Z')).toBe(0);
    expect(at('2025-11-27T15:00:00Z')).toBe(0);
    expect(market.next(utc('2025-11-27T02:00:00Z'))).toBe(utc('2025-11-28T09:00:00Z'));
  });

  test('has bursts after its end only for corrections, and then no more', () => {
    const to = OPEN + 10 * MINUTE;
    const market = new SimulatedMarket({ market: 'stocks', symbols: 50, corrected: 0.5, to });
    const late = new Set<number>();
    for (let next = market.next(to); next !== undefined; next = market.next(next + MINUTE)) {
      for (const bar of market.burst(next)) late.add(bar.start);
      expect(next).toBeLessThan(to + LATEST_CORRECTION * MINUTE);
    }
    expect(late.size).toBeGreaterThan(0);
    expect(Math.max(...late)).toBeLessThan(to);
    expect(market.next(to + 20 * MINUTE)).toBeUndefined();
  });

  test('takes symbols by name and as many as are wanted, all different', () => {
    expect(new SimulatedMarket({ market: 'stocks', symbols: ['B', 'A'] }).symbols).toEqual(['B', 'A']);
    const many = new SimulatedMarket({ market: 'stocks', symbols: 20_000 }).symbols;
    expect(new Set(many).size).toBe(20_000);
    expect(many).toEqual(expect.arrayContaining(['SPY', 'BRK.B', 'TpC']));
  });
});
