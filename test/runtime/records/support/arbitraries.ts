/** Random bars and marks that keep every rule of the record contract. */
import fc from 'fast-check';
import type { Market } from '../../../../runtime/markets/market.ts';
import { MINUTE, rolledTimeframes } from '../../../../runtime/markets/timeframe.ts';
import type { Coverage, MinuteBar, RolledBar } from '../../../../runtime/records/bar.ts';
import { decimalFrom } from '../../../../runtime/records/decimal.ts';
import { slotOf } from '../../../../runtime/records/slot.ts';

export const symbols = fc.stringMatching(/^[!-~]{1,64}$/);
export const volumes = fc
  .tuple(fc.oneof(fc.bigInt(0n, 10_000n), fc.bigInt(0n, 10n ** 27n - 1n)), fc.constantFrom(0, 0, 1, 5, 9, 18))
  .map(([units, scale]) => decimalFrom(units, scale));
const minutes = fc.integer({ min: 1_440, max: 68_374_080 }).map(minute => minute * MINUTE);
const versions = fc.integer({ min: 1, max: 9_999_999_999_999 });

/** Ticks of a cent mostly; any double now and then. */
const price = (market: Market) => {
  const ticks = fc
    .integer({ min: market === 'futures' ? -100_000 : 0, max: 10_000_000 })
    .map(cents => cents / 100);
  const any = fc
    .double({ min: market === 'futures' ? -1e12 : 0, max: 1e12, noNaN: true })
    .map(value => value + 0);
  return fc.oneof({ weight: 4, arbitrary: ticks }, { weight: 1, arbitrary: any });
};

const prices = (market: Market) =>
  fc.array(price(market), { minLength: 4, maxLength: 4 }).map(four => {
    const [low = 0, open = 0, close = 0, high = 0] = four.toSorted((a, b) => a - b);
    return { open, high, low, close };
  });

export function minuteBars(market: Market): fc.Arbitrary<MinuteBar> {
  const required = fc.record({
    type: fc.constant('bar'),
    symbol: symbols,
    start: minutes,
    volume: volumes,
    session: fc.constantFrom('pre', 'regular', 'post', 'closed'),
    version: versions,
    source: fc.constantFrom('live', 'backfill', 'import'),
  });
  const optional = fc.record(
    {
      vwap: price(market),
      trades: fc.nat(),
      dayVolume: volumes,
      dayVwap: price(market),
      officialOpen: price(market),
      otc: fc.constant(true),
    },
    { requiredKeys: [] },
  );
  return fc
    .tuple(required, prices(market), optional)
    .map(([bar, ohlc, more]) => ({ ...bar, ...ohlc, ...more }));
}

export const coverages: fc.Arbitrary<Coverage> = fc
  .record({
    minute: minutes,
    covered: fc.boolean(),
    version: versions,
    slot: fc.integer({ min: 0, max: 63 }),
    symbol: fc.option(symbols),
  })
  .map(({ symbol, slot, ...mark }) =>
    symbol === null
      ? { type: 'coverage', slot, ...mark }
      : { type: 'coverage', slot: slotOf(symbol), symbol, ...mark },
  );

export const rolledBars: fc.Arbitrary<RolledBar> = minuteBars('futures').chain(bar =>
  fc
    .record({
      timeframe: fc.constantFrom(...rolledTimeframes),
      length: fc.integer({ min: 1, max: 300 }),
      minutes: fc.integer({ min: 1, max: 300 }),
      uncovered: fc.nat(299),
      final: fc.boolean(),
    })
    .map(({ length, ...rest }) => {
      const {
        type: _,
        source: _source,
        dayVolume: _volume,
        dayVwap: _vwap,
        officialOpen: _open,
        otc: _otc,
        ...ohlcv
      } = bar;
      return { ...ohlcv, ...rest, end: Math.min(bar.start + length * MINUTE, 4_102_444_800_000) };
    }),
);
