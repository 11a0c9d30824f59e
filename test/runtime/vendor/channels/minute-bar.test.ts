/** From the vendor's minute aggregate to a minute bar, for every market. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import type { Market } from '../../../../runtime/markets/market.ts';
import { minuteBarOf } from '../../../../runtime/vendor/channels/minute-bar.ts';
import { channelTable } from '../../../../runtime/vendor/channels/table.ts';
import { am, MINUTE, OPEN } from '../../ingester/support/records.ts';

function read(event: Readonly<Record<string, unknown>>, market: Market = 'stocks') {
  const context = {
    market,
    row: channelTable.minutes[market],
    calendar: calendarOf(market),
    now: OPEN + MINUTE,
    version: 7,
  };
  return minuteBarOf(event, context);
}

const recorded = {
  ev: 'AM',
  sym: 'AAPL',
  v: 4989,
  av: 4332125,
  op: 212.5,
  vw: 212.4123,
  o: 212.4,
  c: 212.45,
  h: 212.5,
  l: 212.35,
  a: 212.2291,
  z: 61,
  s: OPEN,
  e: OPEN + MINUTE,
  dv: '4989.0',
  dav: '4332125.03836',
};

describe('a minute of stocks', () => {
  test("takes exact volumes as text, and its own vwap rather than the day's", () => {
    expect(read(recorded)).toEqual({
      type: 'bar',
      symbol: 'AAPL',
      start: OPEN,
      open: 212.4,
      high: 212.5,
      low: 212.35,
      close: 212.45,
      volume: '4989',
      vwap: 212.4123,
      session: 'regular',
      version: 7,
      source: 'live',
      dayVolume: '4332125.03836',
      dayVwap: 212.2291,
      officialOpen: 212.5,
    });
  });

  test('does with the whole shares where there is no exact volume', () => {
    const { dv, dav, ...event } = recorded;
    expect(dv + dav).toBe('4989.04332125.03836');
    expect(read(event)).toMatchObject({ volume: '4989', dayVolume: '4332125' });
  });

  test('leaves out what the vendor leaves out', () => {
    const bar = read({
      ev: 'AM',
      sym: 'TpC',
      v: 0,
      o: 1,
      c: 1,
      h: 1,
      l: 1,
      s: OPEN,
      e: OPEN + MINUTE,
      otc: true,
    });
    expect(bar).toEqual({
      type: 'bar',
      symbol: 'TpC',
      start: OPEN,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume: '0',
      session: 'regular',
      version: 7,
      source: 'live',
      otc: true,
    });
  });

  test('belongs to the session of its minute', () => {
    expect(read(am('AAPL', OPEN - MINUTE)).session).toBe('pre');
  });

  test.each([
    [{ sym: undefined }, 'symbol is missing: use 1 to 64 printable characters without spaces'],
    [{ h: undefined }, 'h is missing: use a finite number'],
    [{ o: 'ten' }, 'o is "ten": use a finite number'],
    [{ c: -1 }, 'c is -1: prices of stocks are not negative'],
    [{ l: 13 }, 'high is 12: below low, 13'],
    [{ h: Number.POSITIVE_INFINITY }, 'h is Infinity: use a finite number'],
    [{ v: -5 }, 'v is -5: use a decimal from 0 on with at most 27 digits before and 18 after the point'],
    [
      { dv: 'many' },
      'dv is "many": use a decimal from 0 on with at most 27 digits before and 18 after the point',
    ],
    [{ s: OPEN + 1, e: OPEN + 1 + MINUTE }, `s is ${OPEN + 1}: not on a full minute`],
    [{ e: OPEN }, `e is ${OPEN}: this minute ends at ${OPEN + MINUTE}`],
    [{ vw: null }, 'vw is null: use a finite number'],
  ])('is refused with field, value and rule: %j', (changes, reason) => {
    expect(() => read(am('AAPL', OPEN, changes))).toThrow(reason);
  });

  test('is refused when it starts more than an hour ahead of the clock, and not a minute sooner', () => {
    expect(read(am('AAPL', OPEN + 61 * MINUTE)).start).toBe(OPEN + 61 * MINUTE);
    expect(() => read(am('AAPL', OPEN + 62 * MINUTE))).toThrow('more than an hour ahead of the clock');
  });
});

describe('other markets', () => {
  test('crypto names its pairs and has fractions of coins', () => {
    const event = {
      ev: 'XA',
      pair: 'BTC-USD',
      v: 0.00012,
      vw: 90_000,
      z: 0,
      o: 1,
      c: 1,
      h: 1,
      l: 1,
      s: OPEN,
      e: OPEN + MINUTE,
    };
    expect(read(event, 'crypto')).toMatchObject({ symbol: 'BTC-USD', volume: '0.00012', vwap: 90_000 });
  });

  test('futures count contracts, not dollars, may cost less than nothing, and say how many trades there were', () => {
    const event = {
      ev: 'AM',
      sym: 'CLZ5',
      v: 10,
      dv: 400_000,
      n: 4,
      o: -37,
      c: -37,
      h: -37,
      l: -37.5,
      s: OPEN,
      e: OPEN + MINUTE,
    };
    expect(read(event, 'futures')).toMatchObject({ symbol: 'CLZ5', volume: '10', trades: 4, low: -37.5 });
  });
});

describe('a minute of the markets besides', () => {
  const span = { o: 2, h: 3, l: 1, c: 2.5, s: OPEN, e: OPEN + MINUTE };

  test('of options is named by its contract and has exact volumes like stocks', () => {
    const event = { ev: 'AM', sym: 'O:SPY251219C00650000', ...span, v: 12, vw: 2.25, dv: '12.0', op: 2 };
    expect(read(event, 'options')).toMatchObject({
      ...{ symbol: 'O:SPY251219C00650000', volume: '12', vwap: 2.25, session: 'regular', officialOpen: 2 },
    });
  });

  test('of currencies is named by its pair and has no VWAP', () => {
    const bar = read({ ev: 'CA', pair: 'EUR/USD', ...span, v: 17 }, 'forex');
    expect(bar).toMatchObject({ symbol: 'EUR/USD', volume: '17', session: 'regular' });
    expect(bar).not.toHaveProperty('vwap');
    expect(() => read({ ev: 'CA', pair: 'EUR/USD', ...span }, 'forex')).toThrow('v is missing');
  });

  test('of indices has no volume', () => {
    const bar = read({ ev: 'AM', sym: 'I:SPX', op: 2, ...span }, 'indices');
    expect(bar).toMatchObject({ symbol: 'I:SPX', volume: '0', session: 'regular', close: 2.5 });
    expect(bar).not.toHaveProperty('vwap');
  });
});
