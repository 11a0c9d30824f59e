/** Days that the configuration knows better than the rules. */
import { describe, expect, test } from '@jest/globals';
import { Calendar } from '../../../runtime/markets/calendar.ts';
import { marketRules } from '../../../runtime/markets/market.ts';
import { confirmedDaysOf, withConfirmed } from '../../../runtime/markets/special-days.ts';

const confirmed = confirmedDaysOf('{"2027-03-05":"closed","2027-03-08":"13:00","2027-01-18":"as usual"}');
const rules = marketRules.stocks;
const calendar = new Calendar({
  ...rules,
  specialDays: year => withConfirmed(rules.specialDays(year), confirmed, year),
});
const isOpen = (iso: string) => calendar.isOpen(Date.parse(iso));

describe('a confirmed day', () => {
  test('is closed although the rules know nothing of it', () => {
    expect(isOpen('2027-03-05T16:00:00Z')).toBe(false);
    expect(isOpen('2027-03-04T16:00:00Z')).toBe(true);
  });

  test('ends early at the time that is named', () => {
    expect(calendar.sessionAt(Date.parse('2027-03-08T17:59:00Z')).name).toBe('regular');
    expect(calendar.sessionAt(Date.parse('2027-03-08T18:01:00Z')).name).toBe('post');
  });

  test('is as usual although the rules close it', () => {
    expect(isOpen('2027-01-18T16:00:00Z')).toBe(true);
  });

  test.each([
    '{"2027-02-30":"closed"}',
    '{"2027-03-05":"shut"}',
    '{"soon":"closed"}',
    '{"2027-03-05":"25:00"}',
  ])('that makes no sense is refused: %s', text => {
    expect(() => confirmedDaysOf(text)).toThrow(/use a date with closed, as usual, or a time such as 13:00/);
  });
});
