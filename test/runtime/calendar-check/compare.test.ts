/** The vendor's announced days beside our own. */
import { describe, expect, test } from '@jest/globals';
import { differences } from '../../../runtime/calendar-check/compare.ts';
import { nyseSpecialDays } from '../../../runtime/markets/holidays.ts';
import type { Announcement } from '../../../runtime/vendor/rest/announcements.ts';

const options = {
  exchange: 'NYSE',
  today: '2026-11-21',
  timeZone: 'America/New_York',
  settled: new Set<string>(),
  specialDays: nyseSpecialDays,
};
const announced = (date: string, status: string, close?: string): Announcement => ({
  date,
  exchange: 'NYSE',
  name: 'a day',
  status,
  ...(close === undefined ? {} : { close }),
});
const asItIs = [
  announced('2026-11-26', 'closed'),
  announced('2026-11-27', 'early-close', '2026-11-27T18:00:00.000Z'),
  announced('2026-12-24', 'early-close', '2026-12-24T18:00:00.000Z'),
  announced('2026-12-25', 'closed'),
];

describe('announced days', () => {
  test('that the calendar knows are no difference, whatever other exchanges do', () => {
    const other = { ...announced('2026-12-01', 'closed'), exchange: 'OTC' };
    expect(differences([...asItIs, other], options)).toEqual([]);
  });

  test('that the calendar does not know are named', () => {
    expect(differences([...asItIs, announced('2026-12-10', 'closed')], options)).toEqual([
      { date: '2026-12-10', vendor: 'closed', ours: 'as usual' },
    ]);
  });

  test('that the vendor leaves out are named, up to the last day it speaks of', () => {
    expect(differences(asItIs.slice(1), options)).toEqual([
      { date: '2026-11-26', vendor: 'as usual', ours: 'closed' },
    ]);
    expect(differences([], options)).toEqual([]);
  });

  test('that close at another time are named with both times', () => {
    const late = asItIs.with(1, announced('2026-11-27', 'early-close', '2026-11-27T19:30:00.000Z'));
    expect(differences(late, options)).toEqual([
      { date: '2026-11-27', vendor: 'closes at 14:30', ours: 'closes at 13:00' },
    ]);
  });

  test('that lie behind us count no more', () => {
    expect(differences([announced('2026-11-20', 'closed'), ...asItIs], options)).toEqual([]);
  });

  test('that the configuration decides are settled', () => {
    const settled = new Set(['2026-12-10']);
    expect(differences([...asItIs, announced('2026-12-10', 'closed')], { ...options, settled })).toEqual([]);
  });
});
