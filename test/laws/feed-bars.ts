/** Single bars as a feed may send them, and records that are none of ours. */

import type { Market } from '../../runtime/markets/market.ts';
import type { MinuteBar } from '../../runtime/records/bar.ts';
import type { Random } from '../support/random.ts';

/** What is never traded has no volume, and what is quoted no VWAP. */
export function minuteBarAt(
  symbol: string,
  start: number,
  version: number,
  market: Market,
  random: Random,
): MinuteBar {
  const base = market === 'futures' && random.chance(0.2) ? -5_000 : 1_000;
  const cents = Array.from({ length: 4 }, () => base + random.below(5_000)).toSorted((a, b) => a - b);
  const [low = 0, second = 0, third = 0, high = 0] = cents.map(price => price / 100);
  const [open, close] = random.chance(0.5) ? [second, third] : [third, second];
  const bar = {
    type: 'bar',
    symbol,
    start,
    open,
    high,
    low,
    close,
    volume: market === 'indices' ? '0' : volume(random),
    session: 'regular',
    version,
    source: 'live',
  } as const;
  if (market === 'indices' || market === 'forex') return bar;
  return {
    ...bar,
    ...(random.chance(0.92) ? { vwap: random.between(base * 100, (base + 5_000) * 100) / 10_000 } : {}),
    ...(random.chance(0.9) ? { trades: random.below(200) } : {}),
  };
}

/** Mostly whole and small; now and then nothing, fractions, and more than a double can count. */
function volume(random: Random): string {
  const draw = random.next();
  if (draw < 0.15) return '0';
  if (draw < 0.65) return String(random.between(1, 5_000));
  if (draw < 0.9) return `${random.below(50)}.${random.between(1, 99_999)}`.replace(/0+$/, '');
  if (draw < 0.95)
    return `0.${'0'.repeat(random.between(0, 13))}${random.between(1, 9_999)}`.replace(/0+$/, '');
  return String(9_007_199_254_740_881n + BigInt(random.below(1_000)));
}

/** Text that the roll-up must put into quarantine. */
export function rubbish(random: Random, minute: number): string {
  const version = random.between(1, 1_000_000);
  return random.pick([
    `not JSON ${version}`,
    `{"type":"bar","schema":1,"symbol":"AAPL","start":${minute},"version":${version}}`,
    `{"type":"watermark","schema":1,"slot":34,"through":${minute + 1},"epoch":${version}}`,
    `{"type":"watermark","schema":2,"slot":34,"through":${minute},"epoch":${version}}`,
    `{"type":"coverage","schema":1,"slot":34,"minute":${minute},"covered":false,"version":-${version}}`,
    `{"type":"tick","schema":1,"version":${version}}`,
    `[${version}]`,
  ]);
}
