/** Which confirmed days a market can live with: whatever is accepted, every instant has a session. */
import { describe, expect, test } from '@jest/globals';
import { Calendar } from '../../../runtime/markets/calendar.ts';
import { confirmedFaults } from '../../../runtime/markets/confirmed-days.ts';
import { type ConfirmedDays, withConfirmed } from '../../../runtime/markets/holidays.ts';
import { type Market, marketRules } from '../../../runtime/markets/market.ts';

const [HOUR, DAY] = [3_600_000, 86_400_000];

const faults = (days: ConfirmedDays, market: Market) => [...confirmedFaults('days', days, market)];

/** So many dates on end that are closed. */
function closed(from: string, count: number): ConfirmedDays {
  const dates = Array.from({ length: count }, (_, n) =>
    new Date(Date.parse(from) + n * DAY).toISOString().slice(0, 10),
  );
  return Object.fromEntries(dates.map(date => [date, 'closed']));
}

describe('closed days on end', () => {
  test.each([
    ['crypto', '2027-03-01', 15, 0],
    ['crypto', '2027-03-01', 16, 16],
    // A weekend before; and one after.
    ['stocks', '2027-03-01', 11, 0],
    ['stocks', '2027-03-01', 12, 16],
    // A weekend before; and Christmas with a weekend after.
    ['futures', '2026-12-14', 10, 0],
    ['futures', '2026-12-14', 11, 16],
    ['crypto', '2027-12-20', 40, 40],
  ] as const)('%s from %s on, %i of them: so many are too many: %i', (market, from, count, length) => {
    const days = closed(from, count);
    const [first, ...more] = faults(days, market);
    expect(more).toEqual([]);
    expect(Number(/for (\d+) days/.exec(first ?? '')?.[1] ?? 0)).toBe(length);
    const rules = marketRules[market];
    const calendar = new Calendar({
      ...rules,
      specialDays: year => withConfirmed(rules.specialDays(year), days, year),
    });
    const instants = Array.from(
      { length: (count + 20) * 4 },
      (_, n) => Date.parse(from) - 8 * DAY + n * 6 * HOUR,
    );
    if (length === 0) for (const ms of instants) expect(calendar.sessionAt(ms).end).toBeGreaterThan(ms);
    else if (length > 20)
      expect(() => instants.map(ms => calendar.sessionAt(ms))).toThrow('knows no session');
  });

  test('are said once, with what is allowed, for every rest that is too long', () => {
    expect(faults({ ...closed('2027-09-01', 16), ...closed('2027-03-01', 20) }, 'crypto')).toEqual([
      'days let the market rest for 20 days from 2027-03-01 on: use at most 15 on end, weekends and holidays among them',
      'days let the market rest for 16 days from 2027-09-01 on: use at most 15 on end, weekends and holidays among them',
    ]);
  });
});

describe('an early close', () => {
  test.each([
    ['stocks', '09:31'],
    ['stocks', '15:59'],
    ['crypto', '00:01'],
    ['futures', '00:00'],
    ['futures', '15:59'],
  ] as const)('of %s may be at %s', (market, time) => {
    expect(faults({ '2027-03-05': time }, market)).toEqual([]);
  });

  test.each([
    ['stocks', '00:00', 'after 09:30 and before 16:00'],
    ['stocks', '09:30', 'after 09:30 and before 16:00'],
    ['stocks', '16:00', 'after 09:30 and before 16:00'],
    ['crypto', '00:00', 'after 00:00 and before 24:00'],
    ['futures', '16:00', 'before 16:00'],
    ['futures', '23:00', 'before 16:00'],
  ] as const)('of %s is refused at %s, where it means nothing', (market, time, allowed) => {
    expect(faults({ '2027-03-05': time }, market)).toEqual([
      `days['2027-03-05'] is '${time}': use 'closed', 'as usual' or a time ${allowed}, when the regular session is on`,
    ]);
  });

  test('is refused on a weekend, but where every day is traded', () => {
    expect(faults({ '2027-03-06': '13:00' }, 'stocks')).toEqual([
      "days['2027-03-06'] is '13:00': leave it out, for the market does not open on that weekend",
    ]);
    expect(faults({ '2027-03-06': '13:00' }, 'crypto')).toEqual([]);
  });
});
