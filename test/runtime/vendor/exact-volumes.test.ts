/** Volumes are exact whatever the vendor writes them with: no digit of a number is lost on its way through a double. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { type Market, markets } from '../../../runtime/markets/market.ts';
import { minuteBarOf } from '../../../runtime/vendor/channels/minute-bar.ts';
import { minutesIn } from '../../../runtime/vendor/channels/minute-layout.ts';
import { channelTable } from '../../../runtime/vendor/channels/table.ts';
import { jsonIn } from '../../../runtime/vendor/json.ts';
import { answerOf } from '../../../runtime/vendor/rest/history-rows.ts';
import { readFrame } from '../../../runtime/vendor/socket/frame.ts';
import { VendorWords } from '../../../runtime/vendor/words.ts';
import { MINUTE, OPEN } from '../ingester/support/records.ts';

/** More digits than a double has, before the point and behind it. */
const [LONG, DAY] = ['12345678901234567890.123456789012345678', '9007199254740993'];
const words = new VendorWords('top-secret');

function barIn(market: Market, frame: string) {
  const row = channelTable.minutes[market];
  const channel = { kinds: [row.kind], ...(market === 'stocks' && { quick: minutesIn }) };
  const [fields = {}] = readFrame(frame, [channel], words).events.get(channel)?.fields ?? [];
  return minuteBarOf(fields, {
    ...{ market, row, calendar: calendarOf(market), now: OPEN + MINUTE, version: 7 },
  });
}

const frames: Record<Exclude<Market, 'indices'>, string> = {
  stocks: `[{"ev":"AM","sym":"AAPL","v":${LONG},"av":${DAY},"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`,
  crypto: `[{"ev":"XA","pair":"BTC-USD","v":${LONG},"av":${DAY},"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`,
  options: `[{"ev":"AM","sym":"O:SPY251219C00650000","v":${LONG},"av":${DAY},"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`,
  forex: `[{"ev":"CA","pair":"EUR/USD","v":${LONG},"av":${DAY},"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`,
  futures: `[{"ev":"AM","sym":"ESZ5","v":${LONG},"av":${DAY},"dv":5,"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`,
};

describe('a volume that no double holds', () => {
  const traded = markets.filter(market => market !== 'indices');
  test.each(traded)('keeps its digits on the socket of %s', market => {
    const exact = { volume: LONG, dayVolume: DAY };
    expect(barIn(market, frames[market])).toMatchObject(exact);
    expect(barIn(market, frames[market].replaceAll('":', '" : '))).toMatchObject(exact);
  });

  test.each(['stocks', 'futures'] as const)('keeps its digits over REST of %s', market => {
    const row =
      market === 'futures'
        ? `{"window_start":${OPEN}000000,"open":1,"high":1,"low":1,"close":1,"volume":${LONG}}`
        : `{"t":${OPEN},"o":1,"h":1,"l":1,"c":1,"v":${LONG}}`;
    const rows = jsonIn(`[${row}]`);
    const answer = answerOf(Array.isArray(rows) ? rows : [], {
      ...{ symbol: 'ESZ5', market, calendar: calendarOf(market), from: OPEN, to: OPEN + MINUTE, version: 7 },
    });
    expect(answer).toMatchObject({ bars: [{ volume: LONG }], refused: [] });
  });

  test('is the only number that is kept as text, and no text that looks like one is touched', () => {
    const text = `[{"v":123456789012345,"av":0.1234567890123456,"vw":${LONG},"m":"\\"v\\":${LONG}"},{"v" :1.2345678901234567e3}]`;
    expect(jsonIn(text)).toEqual([
      { v: 123456789012345, av: '0.1234567890123456', vw: Number(LONG), m: `"v":${LONG}` },
      { v: '1.2345678901234567e3' },
    ]);
  });

  test.each(['01234567890123456', '1234567890123456.', '1.2.34567890123456789', '-', '1234567890123456 7'])(
    'is JSON only where it was: %s',
    number => {
      expect(() => jsonIn(`{"v":${number}}`)).toThrow('not JSON');
    },
  );
});
