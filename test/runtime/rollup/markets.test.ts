/** Minutes of every market, from the vendor's wire to rolled bars, beside a plain fold by the wall clock of its exchange. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeBar } from '../../../local/simulator/events.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { type Market, marketRules, markets } from '../../../runtime/markets/market.ts';
import { minutesIn, rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import type { MinuteBar } from '../../../runtime/records/bar.ts';
import { encodeWatermark } from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { minuteBarOf } from '../../../runtime/vendor/channels/minute-bar.ts';
import { channelTable } from '../../../runtime/vendor/channels/table.ts';
import { RollupOnTwins } from '../../support/rollup-on-twins.ts';
import { wallClock } from '../../support/wall-clock.ts';

/** Markets whose minutes have a VWAP on the socket. */
const PRICED: ReadonlySet<Market> = new Set(['stocks', 'options', 'crypto']);
const [MINUTE, HOUR] = [60_000, 3_600_000];

/** As the feed makes them of what the vendor sends. */
function minutesOf(market: Market, seed: number, from: number, hours: number): MinuteBar[] {
  const source = new SimulatedMarket({ market, symbols: 1, seed, quietest: 50, corrected: 0 });
  const [symbol = ''] = source.symbols;
  const to = from + hours * HOUR;
  const row = channelTable.minutes[market];
  return source.history(symbol, from, to, to).map(minute =>
    minuteBarOf(JSON.parse(encodeBar(market, minute, undefined)), {
      ...{ market, row, calendar: calendarOf(market), now: to, version: 1 },
    }),
  );
}

/** Start of the minute's window: hours are the clock's everywhere, four of them are counted from local midnight. */
function startOf({ start }: MinuteBar, length: number, zone: string): number {
  if (length < 240) return Math.floor(start / (length * MINUTE)) * length * MINUTE;
  return start - (wallClock(start, zone).minutes % length) * MINUTE;
}

function plainBars(minutes: readonly MinuteBar[], zone: string) {
  return rolledTimeframes.flatMap(timeframe => {
    const windows = Map.groupBy(minutes, minute => startOf(minute, minutesIn[timeframe], zone));
    return [...windows].map(([start, all]) => {
      const traded = all.filter(({ volume }) => volume !== '0');
      const used = traded.length > 0 ? traded : all;
      return {
        ...{ timeframe, start, minutes: all.length, open: used[0]?.open, close: used.at(-1)?.close },
        ...{ high: Math.max(...used.map(({ high }) => high)), low: Math.min(...used.map(({ low }) => low)) },
        volume: all.reduce((sum, { volume }) => sum + Number(volume), 0),
        hasVwap: traded.length > 0 && traded.every(({ vwap }) => vwap !== undefined),
      };
    });
  });
}

const byPlace = (a: { timeframe: string; start: number }, b: { timeframe: string; start: number }) =>
  a.timeframe < b.timeframe ? -1 : a.timeframe > b.timeframe ? 1 : a.start - b.start;

test.each(markets)('of %s roll up right, whatever opens or closes meanwhile', async market => {
  // From Thursday, the 20th of November 2025, over a weekend and half a holiday.
  const begins = fc
    .integer({ min: 0, max: 200 })
    .map(hour => Date.parse('2025-11-20T12:00:00Z') + hour * HOUR);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000 }), begins, async (seed, from) => {
      const minutes = minutesOf(market, seed, from, 10);
      const rollup = new RollupOnTwins(market);
      const through = from + 48 * HOUR;
      const slot = slotOf(minutes[0]?.symbol ?? '');
      const watermark = encodeWatermark({ type: 'watermark', slot, through, epoch: 1 });
      await rollup.deliver(...minutes, Buffer.from(watermark));
      expect(rollup.quarantined()).toEqual([]);
      const bars = rollup.bars().map(({ timeframe, start, vwap, volume, ...bar }) => {
        const { open, close, high, low, minutes: count } = bar;
        const prices = { open, close, high, low };
        return {
          timeframe,
          start,
          ...prices,
          minutes: count,
          volume: Number(volume),
          hasVwap: vwap !== undefined,
        };
      });
      const expected = plainBars(minutes, marketRules[market].timeZone);
      const near = (bar: { volume: number }) => ({ ...bar, volume: expect.closeTo(bar.volume, 6) });
      expect(bars.sort(byPlace)).toEqual(expected.sort(byPlace).map(near));
      const priced = PRICED.has(market);
      expect(bars.filter(({ hasVwap, volume }) => hasVwap !== (priced && volume > 0))).toEqual([]);
    }),
    { numRuns: 6 },
  );
});
