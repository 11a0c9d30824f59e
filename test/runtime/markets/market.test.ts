/** The known markets, and what session rules are refused. */
import { describe, expect, test } from '@jest/globals';
import { Calendar } from '../../../runtime/markets/calendar.ts';
import { marketOf, marketRules, markets, type SessionRule } from '../../../runtime/markets/market.ts';

describe('a market', () => {
  test('is found by its name', () => {
    expect(markets.map(marketOf)).toEqual(['stocks', 'crypto', 'futures', 'options', 'forex', 'indices']);
  });

  test('that is unknown is refused with the known ones', () => {
    expect(() => marketOf('Stocks')).toThrow(
      "market 'Stocks' is unknown: use one of stocks, crypto, futures, options, forex, indices",
    );
  });

  test('allows negative prices only for futures', () => {
    expect(markets.filter(market => marketRules[market].allowsNegativePrices)).toEqual(['futures']);
  });
});

describe('sessions are refused', () => {
  const calendarWith = (...sessions: SessionRule[]) => new Calendar({ ...marketRules.stocks, sessions });
  const day: SessionRule = { name: 'day', opens: '09:30', closes: '16:00' };

  test.each(['9:30', '24:01', '25:00', '12:60', 'noon', ''])('with %j for a time of day', opens => {
    expect(() => calendarWith({ ...day, opens })).toThrow(
      `session time '${opens}' is not a time of day: use HH:MM from 00:00 to 24:00`,
    );
  });

  test('when there is none', () => {
    expect(() => calendarWith()).toThrow('a market needs at least one session');
  });

  test('when one closes before it opens', () => {
    expect(() => calendarWith({ ...day, closes: '09:30' })).toThrow("session 'day' is out of order");
  });

  test('when two overlap', () => {
    expect(() => calendarWith(day, { name: 'late', opens: '15:59', closes: '20:00' })).toThrow(
      "session 'late' opens before 'day' closes: list them in the order of the day, without overlap",
    );
  });

  test('when one opens the day before but is not the first', () => {
    const night: SessionRule = { name: 'night', opens: '20:00', opensDayBefore: true, closes: '04:00' };
    expect(() => calendarWith(day, night)).toThrow("session 'night' is out of order");
  });

  test('when the evening session overlaps the end of the day before', () => {
    const night: SessionRule = { name: 'night', opens: '15:00', opensDayBefore: true, closes: '04:00' };
    expect(() => calendarWith(night, day)).toThrow(
      "session 'night' opens before 'day' of the day before closes",
    );
  });
});
