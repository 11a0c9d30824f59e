/** Answers of the API: what is as promised is read, and of anything else is said where it is wrong. */
import { describe, expect, test } from '@jest/globals';
import { readBars, readLatest, readSessions, readStatus, readSymbols } from '../../../page/api/read.ts';
import { bar } from '../support/bars.ts';
import { sessionOn } from '../support/sessions.ts';

const asSent = { ...bar(0), type: 'bar', minutes: 5, unknown: { later: true } };

describe('an answer', () => {
  test('is read with its gaps, how far it goes, and what follows', () => {
    const answer = readBars({
      ...{ bars: { AAPL: [asSent], NONE: [] }, gaps: { AAPL: [{ start: 1, end: 2 }] } },
      ...{ through: 3, nextCursor: 'more' },
    });
    expect(answer.bars.get('AAPL')).toEqual([bar(0)]);
    expect(answer.bars.get('NONE')).toEqual([]);
    expect([answer.gaps.get('AAPL'), answer.through, answer.nextCursor]).toEqual([
      [{ start: 1, end: 2 }],
      3,
      'more',
    ]);
  });

  test('may leave out gaps, watermark and cursor', () => {
    expect(readBars({ bars: {}, through: null })).toEqual({ bars: new Map(), gaps: new Map() });
  });

  test('may name a symbol like what every object inherits', () => {
    const body: unknown = JSON.parse(JSON.stringify({ bars: {} }).replace('{}', '{"__proto__":[]}'));
    expect([...readBars(body).bars.keys()]).toEqual(['__proto__']);
    expect(readBars({ bars: {} }).bars.get('constructor')).toBeUndefined();
  });

  test('may give a volume as text when a number would lose digits', () => {
    const [first] =
      readBars({ bars: { A: [{ ...asSent, volume: '12345678901234567890.5' }] } }).bars.get('A') ?? [];
    expect(first?.volume).toBe(12345678901234567000);
  });

  test('tells what is newest of a symbol, as far as it is known', () => {
    expect(readLatest({ latest: { A: { minute: asSent, previousClose: 9, bars: {} }, B: {} } })).toEqual(
      new Map([
        ['A', { minute: bar(0), previousClose: 9 }],
        ['B', {}],
      ]),
    );
  });

  test('lists symbols', () => {
    expect(readSymbols({ symbols: [{ symbol: 'A', first: 1 }], nextCursor: 'x' })).toEqual({
      symbols: ['A'],
      nextCursor: 'x',
    });
  });

  test('tells what happened in sessions, whatever a cause is called', () => {
    const caused = { ...sessionOn('2025-11-20'), reconnections: JSON.parse('{"__proto__":2}') };
    const [read] = readSessions({ sessions: [caused] });
    expect([read?.session, read?.published, read?.reconnections]).toEqual([
      'regular',
      13_260,
      new Map([['__proto__', 2]]),
    ]);
    expect(() => readSessions({ sessions: [{ ...caused, state: 'odd' }] })).toThrow(
      /sessions\[0\]\.state is none of open, ended, skipped/,
    );
  });

  test.each([
    [[], /the answer is no object/],
    [{ bars: [] }, /bars is no object/],
    [{ bars: { A: 1 } }, /bars is no list/],
    [{ bars: { A: [{ ...asSent, close: Number.NaN }] } }, /bars\[0\]\.close is no number/],
    [{ bars: { A: [{ ...asSent, timeframe: '2m' }] } }, /timeframe is none of 1m, 5m/],
    [{ bars: { A: [{ ...asSent, volume: '' }] } }, /volume is no number/],
    [{ bars: {}, nextCursor: 7 }, /nextCursor is no text/],
  ])('that breaks the contract is refused: %j', (body, message) => {
    expect(() => readBars(body)).toThrow(message);
  });

  test('with a connection that nobody knows is refused', () => {
    const feed = {
      ...{
        feed: 'a',
        market: 'stocks',
        timeZone: 'UTC',
        session: 'x',
        now: 1,
        alarms: [],
        connection: 'live',
      },
    };
    const quiet = { delisted: ['FRC'], halted: [{ symbol: 'NVDA', since: 1 }] };
    const sent = { ...feed, quiet };
    expect(readStatus({ feeds: [sent] })).toEqual([{ ...feed, ...quiet, isOpen: false }]);
    expect(() => readStatus({ feeds: [{ ...sent, connection: 'odd' }] })).toThrow(
      /feeds\[0\]\.connection is none of/,
    );
    // As earlier releases answer.
    for (const less of [{}, { quiet: { delisted: [] } }])
      expect(readStatus({ feeds: [{ ...feed, ...less }] })).toEqual([
        { ...feed, delisted: [], halted: [], isOpen: false },
      ]);
    expect(() => readStatus({ feeds: [{ ...feed, quiet: { halted: [{ symbol: 'A' }] } }] })).toThrow(
      /feeds\[0\]\.quiet\.halted\[0\]\.since is no number/,
    );
    expect(() => readStatus({ feeds: [{ ...feed, quiet: 1 }] })).toThrow(/feeds\[0\]\.quiet is no object/);
  });
});
