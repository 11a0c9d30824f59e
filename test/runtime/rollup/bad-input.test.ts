/** Every rule for bad input: the record is kept with the reason, and nothing else of its batch is lost. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { markets } from '../../../runtime/markets/market.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { alignments, Windows } from '../../../runtime/markets/window.ts';
import type { Coverage, MinuteBar } from '../../../runtime/records/bar.ts';
import { EARLIEST_MINUTE, endIn, LATEST_MINUTE } from '../../../runtime/records/check.ts';
import { encodeCoverage, encodeMinuteBar, encodeWatermark } from '../../../runtime/records/encode.ts';
import { Random } from '../../support/random.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';

const at = (time: string) => Date.parse(`2025-11-20T${time}Z`);
const good = minuteBar(at('14:30'));
const bar = (changes: Partial<MinuteBar>) => encodeMinuteBar({ ...good, ...changes });
const mark: Coverage = { type: 'coverage', slot: 34, minute: at('14:31'), covered: false, version: 5 };
const raw = (field: string, value: string) =>
  bar({}).replace(new RegExp(`"${field}":("[^"]*"|[^,}]+)`), `"${field}":${value}`);

let rollup: RollupOnTwins;
beforeEach(() => {
  rollup = new RollupOnTwins();
});

describe('a record is refused with field, value and rule when it is', () => {
  test.each([
    ['no text', '', 'record is "": not JSON'],
    ['not JSON', 'nonsense', 'record is "nonsense": not JSON'],
    ['a list', '[1]', 'record is [1]: not a JSON object'],
    ['of another schema', raw('schema', '2'), 'schema is 2: this reader knows 1'],
    ['of no schema', bar({}).replace('"schema":1,', ''), 'schema is missing: this reader knows 1'],
    ['of another type', raw('type', '"tick"'), 'type is "tick": use bar, coverage or watermark'],
    ['of another timeframe', raw('timeframe', '"5m"'), 'timeframe is "5m": minutes carry 1m bars'],
    ['of no symbol', raw('symbol', '""'), 'symbol is "": use 1 to 64 printable characters without spaces'],
    [
      'of 200 characters of symbol',
      bar({ symbol: 'A'.repeat(200) }),
      /^symbol is "A{56}\.\.\.: use 1 to 64 printable/,
    ],
    [
      'of a symbol with a space',
      bar({ symbol: 'A B' }),
      'symbol is "A B": use 1 to 64 printable characters without spaces',
    ],
    ['before 1970-01-02', bar({ start: 0 }), 'start is 0: use a whole number from 86400000 to 4102444800000'],
    ['after 2100', bar({ start: LATEST_MINUTE + MINUTE }), /^start is 4102444860000: use a whole number/],
    [
      'in nanoseconds',
      bar({ start: at('14:30') * 1_000_000 }),
      /^start is 1763649000000000000: use a whole number/,
    ],
    ['not on a minute', bar({ start: at('14:30') + 1 }), 'start is 1763649000001: not on a full minute'],
    [
      'longer than a minute',
      raw('end', '1763649120000'),
      'end is 1763649120000: this minute ends at 1763649060000',
    ],
    ['of version 0', bar({ version: 0 }), 'version is 0: use a whole number from 1 to 9999999999999'],
    [
      'of a negative version',
      bar({ version: -5 }),
      'version is -5: use a whole number from 1 to 9999999999999',
    ],
    [
      'of a version in nanoseconds',
      bar({ version: 1e18 }),
      /^version is 1000000000000000000: use a whole number/,
    ],
    ['of a price of 1e300', bar({ high: 1e300 }), 'high is 1e+300: no price exceeds 1000000000000'],
    ['of a price beyond doubles', raw('high', '1e999'), 'high is Infinity: use a finite number'],
    ['of a price in quotes', raw('open', '"10"'), 'open is "10": use a finite number'],
    ['of no price', raw('close', 'null'), 'close is null: use a finite number'],
    ['of a negative price', bar({ low: -1 }), 'low is -1: prices of stocks are not negative'],
    ['of a high below the low', bar({ high: 8 }), 'high is 8: below low, 9'],
    ['of a high below the open', bar({ open: 13 }), 'high is 12: below open, 13'],
    ['of a high below the close', bar({ close: 13 }), 'high is 12: below close, 13'],
    ['of a low above the open', bar({ open: 8 }), 'low is 9: above open, 8'],
    ['of a low above the close', bar({ close: 8 }), 'low is 9: above close, 8'],
    ['of a negative volume', bar({ volume: '-1' }), /^volume is "-1": use a decimal from 0 on/],
    [
      'of a volume of 28 digits',
      bar({ volume: '1'.repeat(28) }),
      /^volume is "1{28}": use a decimal from 0 on with at most 27/,
    ],
    ['of an average price of text', raw('vwap', '"x"'), 'vwap is "x": use a finite number'],
    [
      'of more trades than add up',
      bar({ trades: 2 ** 53 - 1 }),
      /^trades is 9007199254740991: use a whole number/,
    ],
    ['of half a trade', bar({ trades: 0.5 }), /^trades is 0.5: use a whole number/],
    ['of another source', raw('source', '"rumour"'), 'source is "rumour": use live, backfill, import'],
    ['of no session', raw('session', '""'), 'session is "": use the name of a session or closed'],
    [
      'a mark of no slot',
      encodeCoverage({ ...mark, slot: 64 }),
      'slot is 64: use a whole number from 0 to 63',
    ],
    [
      'a mark of a symbol in another slot',
      encodeCoverage({ ...mark, slot: 1, symbol: 'AAPL' }),
      'slot is 1: AAPL is in slot 34',
    ],
    [
      'a mark that says neither',
      encodeCoverage(mark).replace('false', '"no"'),
      'covered is "no": use true or false',
    ],
    [
      'a mark between minutes',
      encodeCoverage({ ...mark, minute: at('14:31') + 5 }),
      'minute is 1763649060005: not on a full minute',
    ],
    [
      'a watermark in the far future',
      encodeWatermark({ type: 'watermark', slot: 34, through: 9e15, epoch: 1 }),
      /^through is 9000000000000000/,
    ],
    [
      'a watermark of a negative epoch',
      encodeWatermark({ type: 'watermark', slot: 34, through: at('14:31'), epoch: -1 }),
      /^epoch is -1/,
    ],
  ])('%s', async (_title, text, reason) => {
    await rollup.deliver(good, Buffer.from(text), '2025-11-20T14:35Z');
    expect(rollup.quarantined()).toEqual([
      { raw: text, reason: reason instanceof RegExp ? expect.stringMatching(reason) : reason },
    ]);
    expect(rollup.bars('5m')).toMatchObject([{ minutes: 1, final: true }]);
  });
});

describe('what looks odd and is right', () => {
  test('is a negative price of a future', async () => {
    const futures = new RollupOnTwins('futures');
    await futures.deliver({ ...good, open: -30, high: -20, low: -40, close: -37.63 }, '2025-11-20T14:35Z');
    expect(futures.bars('5m')).toMatchObject([{ low: -40, close: -37.63 }]);
  });

  test('is a volume beyond 2^53', async () => {
    await rollup.deliver(
      { ...good, volume: '9007199254740993' },
      minuteBar(at('14:31'), { volume: '0.5' }),
      '2025-11-20T14:35Z',
    );
    expect(rollup.bars('5m')).toMatchObject([{ volume: '9007199254740993.5' }]);
  });

  test.each([
    ['a Saturday', '2025-11-22T15:00Z'],
    ['a holiday', '2025-12-25T15:00Z'],
    ['a night', '2025-11-21T03:00Z'],
  ])('is a minute of %s: its session is closed', async (_title, start) => {
    const minute = minuteBar(start, { session: 'closed' });
    await rollup.deliver(minute, new Date(minute.start + 5 * MINUTE).toISOString());
    expect(rollup.bars('5m')).toMatchObject([{ session: 'closed', minutes: 1, final: true }]);
    expect(rollup.quarantined()).toEqual([]);
  });

  test('is the last minute that there is: its block is closed by a watermark of after it', async () => {
    const last = minuteBar(LATEST_MINUTE, { session: 'closed' });
    rollup.arrival = new Windows(calendarOf('stocks'), 'clock').blockOf(LATEST_MINUTE).end;
    await rollup.deliver(last, new Date(rollup.arrival).toISOString());
    expect(rollup.bars('4h')).toMatchObject([{ end: rollup.arrival, final: true }]);
    expect(rollup.quarantined()).toEqual([]);
  });

  test('is a watermark that goes back: it takes nothing back', async () => {
    await rollup.deliver(good, '2025-11-20T14:35Z');
    await rollup.deliver('2025-11-20T14:20Z');
    await rollup.deliver(minuteBar(at('14:31')));
    expect(rollup.bars('5m').at(-1)).toMatchObject({ minutes: 2, final: true });
    expect(rollup.quarantined()).toEqual([]);
  });

  test('is coverage of one minute after the other without an end', async () => {
    for (let hour = 0; hour < 24; hour += 6) {
      const marks = Array.from(
        { length: 360 },
        (_, i): Coverage => ({ ...mark, minute: at('00:00') + (hour * 60 + i) * MINUTE }),
      );
      await rollup.deliver(...marks);
    }
    await rollup.deliver(good, '2025-11-21T00:00Z');
    expect(rollup.bars('4h')).toMatchObject([{ minutes: 1, uncovered: 239 }]);
    expect(rollup.quarantined()).toEqual([]);
  });
});

describe('a record of 10 MiB', () => {
  test('is refused like any other and leaves its beginning, length and hash behind', async () => {
    const text = `{"type":"bar","schema":1,"symbol":"${'olume" '.repeat(1_500_000)}`;
    await rollup.deliver(good, Buffer.from(text), '2025-11-20T14:35Z');
    expect(rollup.quarantined()).toMatchObject([
      { reason: expect.stringMatching(/^record is .{60}: not JSON$/) },
    ]);
    expect(rollup.bars('5m')).toHaveLength(1);
  });
});

describe('no minute that is let through', () => {
  test.each(markets)('is without a block in the calendar of %s', market => {
    const random = new Random(20_251_120);
    for (const alignment of alignments) {
      const windows = new Windows(calendarOf(market), alignment);
      for (let i = 0; i < 500; i++) {
        const minute = random.between(EARLIEST_MINUTE / MINUTE, LATEST_MINUTE / MINUTE) * MINUTE;
        const block = windows.blockOf(minute);
        expect([block.start <= minute, minute < block.end]).toEqual([true, true]);
      }
      for (const edge of [EARLIEST_MINUTE - MINUTE, LATEST_MINUTE])
        expect(windows.blockOf(edge).end).toBeGreaterThan(edge);
      expect(endIn('through', windows.blockOf(LATEST_MINUTE).end)).toBeGreaterThan(LATEST_MINUTE);
    }
  });
});
