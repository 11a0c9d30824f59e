/** A year at one-minute steps: the monitor's calendar sense and the template's alarms, without a false page and without a missed one. */
import { describe, expect, test } from '@jest/globals';
import { Calendar, calendarOf } from '../../../runtime/markets/calendar.ts';
import { marketRules } from '../../../runtime/markets/market.ts';
import type { Market } from '../../../runtime/markets/names.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { stocksWithOvernight } from '../../support/overnight.ts';
import { Random } from '../../support/random.ts';
import { watch } from './support/watched.ts';

const at = (iso: string) => Date.parse(iso);
const DAY = 86_400_000;
const YEAR = { from: at('2025-01-01T00:00:00Z'), to: at('2026-01-01T00:00:00Z') };
const delays = [
  { market: 'stocks', delay: 0 },
  { market: 'stocks', delay: 15 * MINUTE },
  { market: 'futures', delay: 10 * MINUTE },
  { market: 'crypto', delay: 0 },
] as const;

/** Spans of open time without a break in a span, as the feed shows them. */
function openSpans(market: Market, delay: number, from: number, to: number) {
  const spans: { start: number; end: number }[] = [];
  for (const { name, start, end } of calendarOf(market).sessionsBetween(from, to)) {
    const last = spans.at(-1);
    if (name === 'closed') continue;
    if (last?.end === start + delay) last.end = end + delay;
    else spans.push({ start: start + delay, end: end + delay });
  }
  return spans;
}

describe('a feed that is well', () => {
  test('raises no alarm in a year of weekends, holidays, half days and clock changes', async () => {
    expect(await watch({ market: 'stocks' }, YEAR.from, YEAR.to)).toEqual([]);
  }, 300_000);

  test.each(delays.slice(1))(
    'raises none across a clock change on $market, $delay ms late',
    async options => {
      expect(await watch(options, at('2025-03-05T00:00:00Z'), at('2025-03-14T00:00:00Z'))).toEqual([]);
      expect(await watch(options, at('2025-10-30T00:00:00Z'), at('2025-11-06T00:00:00Z'))).toEqual([]);
    },
  );
});

describe('a feed whose sessions go through the night', () => {
  const overnight = { market: 'stocks', calendar: new Calendar(stocksWithOvernight) } as const;
  const nights = [
    { name: 'futures', options: { market: 'futures' }, rules: marketRules.futures },
    { name: 'stocks with an overnight session', options: overnight, rules: stocksWithOvernight },
  ] as const;

  test.each(nights)('raises none around any special day of the year: $name', async ({ options, rules }) => {
    const days = [...rules.specialDays(2025).keys()].map(date => at(`${date}T00:00:00Z`)).sort();
    expect(days.length).toBeGreaterThan(9);
    for (const day of days) expect(await watch(options, day - DAY / 2, day + 2 * DAY)).toEqual([]);
  });

  test('raises none across the weekends of clock changes', async () => {
    expect(await watch(overnight, at('2025-03-07T00:00:00Z'), at('2025-03-11T00:00:00Z'))).toEqual([]);
    expect(await watch(overnight, at('2025-10-31T00:00:00Z'), at('2025-11-04T00:00:00Z'))).toEqual([]);
  });

  test('pages in the night, and not in a night between Friday and Sunday', async () => {
    const outageAt = async (minute: string) => {
      const outage = { from: at(minute) + 30_000, to: at(minute) + 5 * MINUTE };
      const [from, to] = [at(minute) - 30 * MINUTE, at(minute) + 20 * MINUTE];
      const told = await watch({ ...overnight, outages: [outage] }, from, to);
      return told.map(({ alarm, at }) => [alarm, at <= outage.from + 3 * MINUTE]);
    };
    expect(await outageAt('2025-11-20T07:12:00Z')).toEqual([['FeedDown', true]]);
    expect(await outageAt('2025-11-22T07:12:00Z')).toEqual([]);
  });
});

describe('an outage of five minutes', () => {
  test.each(delays)('in open hours pages within three minutes on $market, $delay ms late', async options => {
    const random = new Random(7);
    const spans = openSpans(options.market, options.delay, YEAR.from + 86_400_000, YEAR.to - 86_400_000);
    const outages = Array.from({ length: 100 }, (_, index) => {
      const { start, end } = random.pick(spans);
      // Every tenth begins with the least time left before the close.
      const latest = end - 3 * MINUTE;
      const from = index % 10 === 0 ? latest : random.between(start, latest);
      return { from, to: from + 5 * MINUTE };
    });
    for (const outage of outages) {
      const begin = Math.floor(outage.from / MINUTE) * MINUTE;
      const told = await watch({ ...options, outages: [outage] }, begin - 20 * MINUTE, begin + 15 * MINUTE);
      const when = new Date(outage.from).toISOString();
      expect({ when, alarms: told.map(({ alarm }) => alarm) }).toEqual({ when, alarms: ['FeedDown'] });
      expect((told[0]?.at ?? Number.POSITIVE_INFINITY) - outage.from).toBeLessThanOrEqual(3 * MINUTE);
    }
  });

  test('in closed hours pages nobody', async () => {
    const random = new Random(11);
    const spans = openSpans('stocks', 0, YEAR.from + 3 * 86_400_000, YEAR.to - 86_400_000);
    for (let index = 0; index < 60; index++) {
      const { start } = random.pick(spans);
      // The last one ends with the open itself.
      const to = start - random.between(0, 180) * MINUTE * Math.sign(index);
      const outage = { from: to - 5 * MINUTE, to };
      expect(
        await watch({ market: 'stocks', outages: [outage] }, to - 20 * MINUTE, start + 20 * MINUTE),
      ).toEqual([]);
    }
  });
});

test('an outage that begins in closed hours pages once it has reached the open', async () => {
  for (const { start } of openSpans(
    'stocks',
    0,
    at('2025-03-02T12:00:00Z'),
    at('2025-04-01T00:00:00Z'),
  ).slice(1)) {
    const outage = { from: start - 55 * MINUTE - 17_000, to: start + 30 * MINUTE };
    const told = await watch(
      { market: 'stocks', outages: [outage] },
      start - 90 * MINUTE,
      start + 10 * MINUTE,
    );
    expect(told.map(({ alarm }) => alarm)).toEqual(['FeedDown']);
    expect((told[0]?.at ?? 0) - start).toBe(3 * MINUTE);
  }
});
