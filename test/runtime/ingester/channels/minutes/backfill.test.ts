/** What is fetched of a gap while the vendor's REST lags behind and lies: nothing counts as had that is not proven. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Backfill } from '../../../../../runtime/ingester/channels/minutes/backfill.ts';
import { Liquidity, RestProgress } from '../../../../../runtime/ingester/channels/minutes/rest-progress.ts';
import { Versions } from '../../../../../runtime/ingester/lease/versions.ts';
import { calendarOf } from '../../../../../runtime/markets/calendar.ts';
import type { Clock } from '../../../../../runtime/platform/clock.ts';
import type { MinuteBar } from '../../../../../runtime/records/bar.ts';
import { RestClient } from '../../../../../runtime/vendor/rest/client.ts';
import { RestHistory } from '../../../../../runtime/vendor/rest/rest-history.ts';
import { HostileRest } from '../../../../support/hostile-rest.ts';
import { MemoryLogger } from '../../support/log.ts';
import { MINUTE } from '../../support/records.ts';

/** Thursday, 20 November 2025, 12:00 New York. */
const NOON = Date.parse('2025-11-20T17:00:00Z');
const GRACE = 5_000;
const never = new AbortController().signal;
const at = (minute: number) => NOON + minute * MINUTE;
const calendar = calendarOf('stocks');

/** A clock that goes wherever somebody waits for. */
class LeapingClock implements Clock {
  time: number;

  constructor(time: number) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  async until(instant: number): Promise<void> {
    this.time = Math.max(this.time, instant);
    await turn();
  }

  perWall(): number {
    return 0;
  }
}

let clock: LeapingClock;
let rest: HostileRest;
let client: RestClient;
let backfill: Backfill;
let published: MinuteBar[];

beforeEach(async () => {
  // A gap of two minutes, and a moment beyond the grace.
  clock = new LeapingClock(at(2) + 6_000);
  rest = await HostileRest.start(() => clock.now());
  published = [];
  client = new RestClient({
    ...{ url: rest.url, apiKey: 'top-secret' },
    budget: { perSecond: 1_000, atOnce: 4, sleep: () => turn() },
  });
  const history = new RestHistory({
    ...{ client, market: 'stocks', delay: 0 },
    versions: new Versions(() => clock.now(), 0),
    now: () => clock.now(),
  });
  const logger = new MemoryLogger();
  const liquidity = new Liquidity(() => ['SPY', 'QQQ']);
  const knownAt = (end: number) => end + GRACE;
  const progress = new RestProgress({ clock, calendar, delay: 0, knownAt, history, liquidity, logger });
  backfill = new Backfill({
    ...{ history, progress, liquidity, logger, atOnce: 2 },
    publish: ({ bars }) => void published.push(...bars),
    sink: { untilCalm: () => Promise.resolve() },
    since: () => 0,
  });
});
afterEach(async () => {
  client[Symbol.dispose]();
  await rest[Symbol.asyncDispose]();
});

const fetchOf = (...symbols: string[]) => {
  const minutes = [at(0), at(1)];
  return backfill.fetch(symbols, { from: at(-15), to: at(2), minutes }, never);
};
/** Symbols by what they lack, in minutes after noon. */
const lackingOf = (lost: Awaited<ReturnType<typeof fetchOf>>) =>
  lost.flatMap(({ minutes, symbols }) =>
    symbols.map(symbol => [symbol, ...minutes.map(minute => (minute - NOON) / MINUTE)]),
  );
const bars = () =>
  [...new Set(published.map(({ symbol, start }) => `${symbol} ${(start - NOON) / MINUTE}`))].sort();
/** How often symbols were asked for, those that were only looked at included. */
const askedFor = (symbol: string) => rest.asked.filter(path => path.includes(`/${symbol}/`)).length;

describe('a REST that knows the gap', () => {
  test('is asked once for every symbol: the bars of the most liquid prove those of all', async () => {
    rest.trade('SPY', [at(0), at(1)]);
    rest.trade('THIN', [at(0)]);
    expect(await fetchOf('THIN', 'SPY', 'DEAD')).toEqual([]);
    expect(bars()).toEqual(['SPY 0', 'SPY 1', 'THIN 0']);
    expect(rest.asked).toHaveLength(3);
    expect(rest.asked[0]).toContain('/SPY/');
  });

  test('proves the minutes of a thin list by what the market trades beside it, which is not published', async () => {
    rest.trade('THIN', [at(0)]);
    rest.trade('SPY', [at(1)]);
    expect(await fetchOf('THIN', 'DEAD')).toEqual([]);
    expect(bars()).toContain('THIN 0');
    expect(bars()).not.toContain('SPY 1');
    expect(askedFor('SPY')).toBe(1);
  });

  test('needs no second proof for what is asked for later', async () => {
    rest.trade('SPY', [at(1)]);
    await fetchOf('SPY');
    expect(await fetchOf('DEAD')).toEqual([]);
    expect(rest.asked).toHaveLength(2);
  });
});

describe('a REST that is behind', () => {
  test.each([20, 90])(
    'by %i seconds is asked again until it knows the gap, and only then for everybody',
    async lag => {
      for (const symbol of ['AAPL', 'MSFT']) rest.trade(symbol, [at(0), at(1)]);
      rest.lag = lag * 1_000;
      expect(await fetchOf('AAPL', 'MSFT', 'THIN')).toEqual([]);
      expect(bars().filter(bar => bar.endsWith(' 1'))).toEqual(['AAPL 1', 'MSFT 1']);
      expect(askedFor('MSFT')).toBeLessThan(12);
      expect(askedFor('THIN')).toBeLessThan(12);
      expect(clock.now()).toBeLessThan(at(2) + lag * 1_000 + 20_000);
    },
  );

  test('for longer than the limit leaves what it does not know missing, and what it knows is had', async () => {
    for (const symbol of ['AAPL', 'MSFT', 'SPY']) rest.trade(symbol, [at(-1), at(0), at(1)]);
    rest.lag = 5 * MINUTE;
    clock.time = at(6) + 30_000;
    // The limit has passed by then, so that nobody waits.
    expect(lackingOf(await fetchOf('AAPL', 'MSFT', 'THIN'))).toEqual([
      ['AAPL', 1],
      ['MSFT', 1],
      ['THIN', 1],
    ]);
    expect(bars().filter(bar => bar.endsWith(' 0'))).toEqual(['AAPL 0', 'MSFT 0']);
  });

  test('is waited for until the limit, and not longer', async () => {
    for (const symbol of ['SPY', 'QQQ', 'AAPL']) rest.trade(symbol, [at(-1), at(0), at(1)]);
    rest.lag = 4 * MINUTE;
    expect(lackingOf(await fetchOf('AAPL'))).toEqual([['AAPL', 1]]);
    expect(clock.now()).toBeGreaterThanOrEqual(at(5) + GRACE);
    expect(clock.now()).toBeLessThan(at(5) + GRACE + 10_000);
  });

  test('by so much that it cannot catch up in time is not waited for', async () => {
    rest.trade('SPY', [at(-20), at(-12), at(1)]);
    rest.lag = 13 * MINUTE;
    expect(lackingOf(await fetchOf('AAPL'))).toEqual([['AAPL', 0, 1]]);
    expect(clock.now()).toBe(at(2) + 6_000);
  });

  test('proves what a symbol’s own bars prove, also when nobody else’s do', async () => {
    rest.trade('OWN', [at(0), at(1)]);
    rest.liesAbout.set('/SPY/', 'an error');
    rest.liesAbout.set('/QQQ/', 'an error');
    clock.time = at(10);
    expect(lackingOf(await fetchOf('ZZZ', 'OWN'))).toEqual([]);
  });
});

describe('after the close', () => {
  const close = NOON + 8 * 60 * MINUTE;
  const last = (symbol: string) =>
    backfill.fetch([symbol], { from: close - 2 * MINUTE, to: close, minutes: [close - MINUTE] }, never);

  test('the last minute needs no later bar once a quarter of an hour is over and REST knows the minutes before it', async () => {
    rest.trade('SPY', [close - 3 * MINUTE]);
    clock.time = close + 14 * MINUTE;
    expect(await last('THIN')).toHaveLength(1);
    clock.time = close + 15 * MINUTE;
    expect(await last('THIN')).toEqual([]);
  });

  test('a REST that knows nothing of the evening proves nothing of it', async () => {
    clock.time = close + 60 * MINUTE;
    expect(await last('THIN')).toHaveLength(1);
  });
});

describe('an answer that proves nothing', () => {
  test('leaves all minutes of its symbol missing, and of nobody else', async () => {
    for (const symbol of ['SPY', 'AAPL', 'MSFT']) rest.trade(symbol, [at(0), at(1)]);
    rest.liesAbout.set('/AAPL/', 'another ticker');
    expect(lackingOf(await fetchOf('SPY', 'AAPL', 'MSFT'))).toEqual([['AAPL', 0, 1]]);
    expect(bars()).toEqual(['MSFT 0', 'MSFT 1', 'SPY 0', 'SPY 1']);
  });

  test('leaves the minutes of refused rows missing', async () => {
    rest.trade('SPY', [at(0), at(1)]);
    rest.trade('AAPL', [at(0)], { high: 1 });
    rest.trade('AAPL', [at(1)]);
    expect(lackingOf(await fetchOf('SPY', 'AAPL'))).toEqual([['AAPL', 0]]);
  });

  test('of a vendor that answers nobody is not waited for', async () => {
    rest.liesAbout.set('/', 'an empty object');
    expect(lackingOf(await fetchOf('AAPL', 'MSFT'))).toEqual([
      ['AAPL', 0, 1],
      ['MSFT', 0, 1],
    ]);
  });
});
