/** What holds for the windows of every market and both alignments: they tile, they nest, and nothing asked before changes them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, calendarOf } from '../../../runtime/markets/calendar.ts';
import { markets } from '../../../runtime/markets/market.ts';
import { MINUTE, minutesIn, rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import { alignments, Windows } from '../../../runtime/markets/window.ts';
import { stocksWithOvernight } from '../../support/overnight.ts';
import { wallClock } from '../../support/wall-clock.ts';

const HOUR = 60 * MINUTE;
const utc = (iso: string) => Date.parse(iso);

describe('any windows', () => {
  const calendars = [...markets.map(calendarOf), new Calendar(stocksWithOvernight)];
  const tilings = calendars.flatMap(calendar =>
    alignments.map(alignment => new Windows(calendar, alignment)),
  );
  const minutes = fc.integer({ min: utc('2008-01-01') / MINUTE, max: utc('2041-01-01') / MINUTE });
  /** Instants near the clock changes of 2008 to 2040, half days and year ends, besides any. */
  const instants = fc
    .oneof(
      minutes,
      fc
        .tuple(
          fc.integer({ min: 2008, max: 2040 }),
          fc.constantFrom('03-08', '11-01', '11-22', '12-24', '12-31'),
          fc.nat(10_080),
        )
        .map(([year, date, after]) => utc(`${year}-${date}`) / MINUTE + after),
    )
    .map(minute => minute * MINUTE);

  test('tile time: every minute lies in one window of each timeframe, which adjoins the next', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tilings), instants, (windows, ms) => {
        const block = windows.blockOf(ms);
        for (const timeframe of rolledTimeframes) {
          const own = block.windows.filter(window => window.timeframe === timeframe);
          expect(own.map(({ start }) => start)).toEqual(
            [block.start, ...own.map(({ end }) => end)].slice(0, -1),
          );
          expect(own.at(-1)?.end).toBe(block.end);
          expect(own.filter(({ start, end }) => ms >= start && ms < end)).toEqual([
            windows.windowOf(ms, timeframe),
          ]);
        }
        expect(windows.blockOf(block.end).start).toBe(block.end);
        expect(windows.blockOf(block.start - 1).end).toBe(block.start);
      }),
    );
  });

  test('nest: each lies wholly in one of every longer timeframe', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tilings), instants, (windows, ms) => {
        const chain = rolledTimeframes.map(timeframe => windows.windowOf(ms, timeframe));
        for (const [i, inner] of chain.entries())
          for (const outer of chain.slice(i + 1))
            expect(inner.start >= outer.start && inner.end <= outer.end).toBe(true);
      }),
    );
  });

  test('are as long as their timeframe, unless their block ends or is 4h across a clock change', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tilings), instants, (windows, ms) => {
        const block = windows.blockOf(ms);
        for (const { timeframe, start, end } of block.windows) {
          const full = start + minutesIn[timeframe] * MINUTE;
          if (timeframe !== '4h') expect(end).toBe(Math.min(full, block.end));
        }
        if (windows.alignment === 'clock') expect([180, 240, 300]).toContain(block.minutes);
        else expect(block.minutes <= 240).toBe(true);
      }),
    );
  });

  test('list for each minute of a block the five that hold it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tilings), instants, (windows, ms) => {
        const block = windows.blockOf(ms);
        expect(block.windowsOfMinute).toHaveLength(block.minutes);
        const offset = Math.floor((ms - block.start) / MINUTE);
        const holders = [...(block.windowsOfMinute[offset] ?? [])].map(index => block.windows[index]);
        expect(holders).toEqual(rolledTimeframes.map(timeframe => windows.windowOf(ms, timeframe)));
        for (const { start, end, from, to } of block.windows)
          expect([from, to]).toEqual([(start - block.start) / MINUTE, (end - block.start) / MINUTE]);
      }),
    );
  });

  test('carry the session of their first open minute', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tilings), instants, (windows, ms) => {
        for (const timeframe of rolledTimeframes) {
          const { start, end, session } = windows.windowOf(ms, timeframe);
          const open = windows.calendar.nextOpen(start);
          expect(session).toBe(open < end ? windows.calendar.sessionAt(open).name : 'closed');
        }
      }),
    );
  });

  test('by the clock, 4h windows begin and end at hours of the local day that four divides', () => {
    const byClock = tilings.filter(({ alignment }) => alignment === 'clock');
    fc.assert(
      fc.property(fc.constantFrom(...byClock), instants, (windows, ms) => {
        const { start, end } = windows.blockOf(ms);
        for (const edge of [start, end])
          expect(wallClock(edge, windows.calendar.timeZone).minutes % minutesIn['4h']).toBe(0);
      }),
    );
  });

  test('by the clock, hours are the hours of UTC in every market’s zone', () => {
    const byClock = tilings.filter(({ alignment }) => alignment === 'clock');
    fc.assert(
      fc.property(fc.constantFrom(...byClock), instants, (windows, ms) => {
        expect(windows.windowOf(ms, '1h').start).toBe(Math.floor(ms / HOUR) * HOUR);
      }),
    );
  });

  test('by session, never reach into another session', () => {
    const bySession = tilings.filter(({ alignment }) => alignment === 'session');
    fc.assert(
      fc.property(fc.constantFrom(...bySession), instants, (windows, ms) => {
        const session = windows.calendar.sessionAt(ms);
        for (const timeframe of rolledTimeframes) {
          const window = windows.windowOf(ms, timeframe);
          expect(window.start >= session.start && window.end <= session.end).toBe(true);
          expect((window.start - session.start) % (minutesIn[timeframe] * MINUTE)).toBe(0);
          expect(window.session).toBe(session.name);
        }
      }),
    );
  });

  test('are the same whatever was asked before', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tilings), instants, instants, ({ calendar, alignment }, before, ms) => {
        const asked = new Windows(calendar, alignment);
        asked.blockOf(before);
        expect(asked.blockOf(ms)).toEqual(new Windows(calendar, alignment).blockOf(ms));
      }),
    );
  });
});
