/** When the day's volume says that bars are missing. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../../runtime/bars/calendar.ts';
import { Suspects } from '../../../../runtime/ingester/gaps/suspects.ts';
import { bar, MINUTE, OPEN } from '../support/records.ts';

/** A bar of `volume` after which the day has `dayVolume`. */
const at = (minute: number, volume: string, dayVolume: string, symbol = 'AAPL') =>
  bar({ symbol, start: OPEN + minute * MINUTE, volume, dayVolume });

function watching(since = 0): Suspects {
  const suspects = new Suspects(calendarOf('stocks'));
  suspects.watch(OPEN + since * MINUTE);
  return suspects;
}

describe('minutes are suspect', () => {
  test('when the volume jumps over a hole', () => {
    const suspects = watching();
    expect(suspects.note(at(0, '100', '100'))).toBeUndefined();
    expect(suspects.note(at(3, '50', '200'))).toEqual({
      symbol: 'AAPL',
      from: OPEN + MINUTE,
      to: OPEN + 3 * MINUTE,
    });
    expect(suspects.note(at(5, '50', '250'))).toBeUndefined();
  });

  test('when a symbol appears late with a volume that it did not trade in that minute', () => {
    const suspects = watching(2);
    expect(suspects.note(at(5, '100', '700'))).toEqual({
      symbol: 'AAPL',
      from: OPEN + 2 * MINUTE,
      to: OPEN + 5 * MINUTE,
    });
    expect(suspects.note(at(7, '100', '100', 'MSFT'))).toBeUndefined();
    expect(suspects.note(at(2, '100', '900', 'TSLA'))).toBeUndefined();
  });
});

describe('minutes are not suspect', () => {
  test('without a hole, for late prints and corrections change the volume too', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    expect(suspects.note(at(1, '100', '900'))).toBeUndefined();
  });

  test('for a share that truncation may have cut off', () => {
    const suspects = watching();
    suspects.note(at(0, '100.9', '100.9'));
    expect(suspects.note(at(2, '100', '201.5'))).toBeUndefined();
  });

  test('over a gap, which is filled anyway and has its share in the volume of the day', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    suspects.watch(OPEN + 4 * MINUTE);
    expect(suspects.note(at(5, '50', '400'))).toBeUndefined();
    expect(suspects.note(at(8, '50', '500'))).toMatchObject({ from: OPEN + 6 * MINUTE });
  });

  test('when a minute is sent again', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    suspects.note(at(2, '100', '200'));
    expect(suspects.note(at(0, '120', '220'))).toBeUndefined();
    expect(suspects.note(at(2, '100', '220'))).toBeUndefined();
  });

  test('from one day to the next, which counts anew', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '5000'));
    expect(suspects.note(at(24 * 60, '100', '100'))).toBeUndefined();
  });

  test('where the vendor does not tell the day’s volume, or the bar is backfilled', () => {
    const suspects = watching();
    expect(suspects.note(bar({ start: OPEN + 5 * MINUTE }))).toBeUndefined();
    expect(suspects.note({ ...at(5, '100', '700'), source: 'backfill' })).toBeUndefined();
  });
});

test('what was seen before others took over says nothing about what is missing now', () => {
  const suspects = watching();
  suspects.note(at(0, '100', '100'));
  suspects.forget();
  suspects.watch(OPEN + 10 * MINUTE);
  expect(suspects.note(at(10, '100', '900'))).toBeUndefined();
  expect(suspects.note(at(12, '100', '1200'))).toMatchObject({ from: OPEN + 11 * MINUTE });
});
