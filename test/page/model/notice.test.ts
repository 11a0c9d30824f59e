/** The one thing that the page says about itself: the most important first. */
import { describe, expect, test } from '@jest/globals';
import type { FeedStatus } from '../../../page/api/types.ts';
import { noticeOf, type Situation } from '../../../page/model/notice.ts';
import { Zone } from '../../../page/model/zone.ts';
import { MINUTE, TEN } from '../support/bars.ts';

const feed: FeedStatus = {
  ...{ feed: 'stocks', market: 'stocks', timeZone: 'America/New_York', connection: 'live' },
  ...{ delisted: [], halted: [], alarms: [] },
  ...{ isOpen: true, session: 'regular', nextChange: TEN + 360 * MINUTE, nextSession: 'post' },
  ...{ now: TEN, watermark: TEN, lagSeconds: 5 },
};
const well: Situation = {
  ...{ server: { state: 'live', heardAt: TEN }, feed, symbols: 9, symbol: 'AAPL', timeframe: '5m', bars: 9 },
  ...{ refusal: undefined, exchange: new Zone('America/New_York'), localZone: new Zone('UTC') },
};
const said = (differs: Partial<Situation>) => {
  const notice = noticeOf({ ...well, ...differs });
  return notice && `${notice.place}: ${notice.title}. ${notice.text}`;
};
const down = { state: 'down', reason: 'The server does not answer', heardAt: TEN } as const;

describe('the notice', () => {
  test('is none when all is well', () => expect(said({})).toBeUndefined());

  test('tells what is waited for', () => {
    expect(said({ bars: undefined })).toBe('middle: Loading. 5m bars of AAPL.');
    expect(said({ bars: undefined, symbol: undefined })).toBe('middle: Loading. Looking for symbols.');
  });

  test('tells why there is no answer, and after one what it is that is shown', () => {
    expect(said({ bars: undefined, server: down })).toBe(
      'middle: No answer yet. The server does not answer. Trying again by itself.',
    );
    expect(said({ server: down })).toBe(
      'top: Not live. The server does not answer. Trying again by itself. What is shown is from 15:00:00.',
    );
    expect(said({ server: { ...down, state: 'reconnecting' } })).toMatch(/^top: Reconnecting\./);
  });

  test('tells what the API says to a question that it refuses', () => {
    expect(said({ refusal: 'XYZ is unknown' })).toBe('middle: No such bars. XYZ is unknown');
  });

  test('tells when there will be bars', () => {
    expect(said({ bars: 0 })).toBe(
      'middle: No 5m bars of AAPL yet. The first one appears as soon as it trades.',
    );
    const closed = { ...feed, isOpen: false, nextChange: TEN + 192 * MINUTE };
    expect(said({ bars: 0, feed: closed })).toContain('closed and opens in 3 h 12 min');
    expect(said({ bars: undefined, symbol: undefined, symbols: 0, feed: closed })).toMatch(
      /^middle: No bars yet\./,
    );
  });

  test('tells of a closed market when it opens', () => {
    const { nextChange: _, ...closed } = { ...feed, isOpen: false };
    expect(said({ feed: { ...closed, nextChange: TEN + 192 * MINUTE } })).toBe(
      'top: Market closed. Opens in 3 h 12 min (Thu 20 Nov 13:12); the last session is shown.',
    );
    const newYear = {
      now: Date.parse('2025-12-31T23:30:00Z'),
      nextChange: Date.parse('2026-01-02T14:30:00Z'),
    };
    expect(said({ feed: { ...closed, ...newYear } })).toContain('(Fri 2 Jan 2026 09:30)');
    expect(said({ feed: closed })).toBe('top: Market closed. The last session is shown.');
  });

  test('tells of what was imported how far it goes, in an open market and in a closed one, with the year of another year', () => {
    const imported = {
      ...feed,
      connection: 'none',
      lagSeconds: 9e6,
      watermark: TEN - 366 * 1_440 * MINUTE,
    } as const;
    const words =
      'top: No feed. Nothing connects to the vendor here. What was imported is shown, up to Tue 19 Nov 2024.';
    for (const isOpen of [true, false]) expect(said({ feed: { ...imported, isOpen } })).toBe(words);
  });

  test('tells of a feed that is down or late while the market is open, and not at night', () => {
    expect(said({ feed: { ...feed, connection: 'down' } })).toMatch(
      /^top: Feed down\..*Complete through 10:00\.$/,
    );
    expect(said({ feed: { ...feed, lagSeconds: 240 } })).toBe(
      'top: Late. Bars are 4 min behind. Complete through 10:00.',
    );
    expect(said({ feed: { ...feed, isOpen: false, connection: 'down' } })).toMatch(/^top: Market closed/);
  });
});
