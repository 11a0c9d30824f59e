/** The benchmarks' market is one that the vendor could send. */
import { expect, test } from '@jest/globals';
import { BLOCK_START, sampleSymbols } from '../../bench/sample.ts';
import { VendorFrames } from '../../bench/vendor-frames.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { unitsAt } from '../../runtime/records/decimal.ts';
import { minutesIn } from '../../runtime/vendor/channels/minute-layout.ts';

test('minutes follow one another, each with every symbol, and the volume of the day adds up', () => {
  const symbols = sampleSymbols(1_500);
  const market = new VendorFrames(symbols, BLOCK_START);
  const traded = new Map<unknown, bigint>();
  for (let minute = 0; minute < 3; minute++) {
    expect(market.next).toBe(BLOCK_START + minute * MINUTE);
    const frames = market.minutes(1);
    expect(frames).toHaveLength(2);
    const events = frames.flatMap(frame => minutesIn(frame) ?? []);
    expect(events.map(({ sym }) => sym)).toEqual(symbols);
    for (const { sym, s, v, dv, dav } of events) {
      expect(s).toBe(BLOCK_START + minute * MINUTE);
      const volume = unitsAt(String(dv ?? v), 5);
      const day = unitsAt(String(dav), 5);
      if (minute > 0) expect(day - volume).toBe(traded.get(sym));
      traded.set(sym, day);
    }
  }
});
