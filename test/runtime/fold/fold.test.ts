/** What a window's minutes amount to, rule by rule. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../runtime/fold/fold.ts';
import { isUncovered, Marks } from '../../../runtime/fold/marks.ts';
import { Minutes } from '../../../runtime/fold/minutes.ts';
import type { MinuteValues } from '../../../runtime/records/bar.ts';
import { volumes } from '../records/support/arbitraries.ts';

const plain: MinuteValues = { open: 10, high: 12, low: 9, close: 11, volume: '100', version: 1 };

/** Minutes by offset; what a test leaves out is plain. */
function minutesOf(...bars: (Partial<MinuteValues> | undefined)[]): Minutes {
  const minutes = new Minutes(Math.max(5, bars.length));
  for (const [offset, bar] of bars.entries()) if (bar) minutes.merge(offset, { ...plain, ...bar });
  return minutes;
}

const folded = (minutes: Minutes, from = 0, to = 5, slot?: Marks, own?: Marks) =>
  fold(minutes, { slot, own }, from, to);

describe('a window', () => {
  test('without minutes has no bar, marked or not', () => {
    const marks = new Marks(5);
    marks.merge(0, { covered: false, version: 7 });
    expect(folded(minutesOf(), 0, 5, marks)).toBeUndefined();
    expect(folded(minutesOf(plain), 1, 5)).toBeUndefined();
  });

  test('opens with its first, closes with its last and ranges over all its minutes', () => {
    const minutes = minutesOf({ open: 5, high: 15 }, undefined, { low: 2 }, { close: 7 });
    expect(folded(minutes)).toEqual({
      open: 5,
      high: 15,
      low: 2,
      close: 7,
      volume: '300',
      minutes: 3,
      uncovered: 0,
      version: 3,
    });
  });

  test('ends before the minute that follows it', () => {
    expect(folded(minutesOf(plain, { high: 99 }), 0, 1)).toMatchObject({ high: 12, minutes: 1 });
  });
});

describe('a minute without volume', () => {
  const quote = { open: 1, high: 99, low: 0.5, close: 2, volume: '0', version: 10 };

  test('touches no price as soon as another has volume, whichever comes first', () => {
    const traded = { open: 10, high: 12, low: 9, close: 11, volume: '100', minutes: 2, version: 11 };
    expect(folded(minutesOf(quote, plain))).toMatchObject(traded);
    expect(folded(minutesOf(plain, quote))).toMatchObject(traded);
  });

  test('gives the prices where no minute has volume', () => {
    expect(folded(minutesOf(quote, { ...quote, open: 3, high: 100, low: 0.25, close: 4 }))).toEqual({
      open: 1,
      high: 100,
      low: 0.25,
      close: 4,
      volume: '0',
      minutes: 2,
      uncovered: 0,
      version: 20,
    });
  });
});

describe('the average price', () => {
  test('is weighted by volume', () => {
    expect(folded(minutesOf({ vwap: 10, volume: '1' }, { vwap: 20, volume: '3' }))?.vwap).toBe(17.5);
  });

  test('is left out when a minute with volume lacks it', () => {
    expect(folded(minutesOf({ vwap: 10 }, {}))).not.toHaveProperty('vwap');
  });

  test('does not miss it in a minute without volume', () => {
    expect(folded(minutesOf({ vwap: 10 }, { volume: '0' }))?.vwap).toBe(10);
  });

  test('is left out where nothing was traded', () => {
    expect(folded(minutesOf({ vwap: 10, volume: '0' }))).not.toHaveProperty('vwap');
  });

  test('holds for volumes beyond what a double counts', () => {
    const minutes = minutesOf(
      { vwap: 10, volume: '90071992547409930' },
      { vwap: 20, volume: '0.5' },
      { vwap: 7, volume: '0' },
    );
    expect(folded(minutes)?.vwap).toBeCloseTo(10, 9);
    expect(folded(minutesOf({ vwap: 10, volume: '90071992547409930' }, {}))).not.toHaveProperty('vwap');
  });
});

describe('the number of trades', () => {
  test('is added up when every minute has it', () => {
    expect(folded(minutesOf({ trades: 3 }, { trades: 0, volume: '0' }, { trades: 4 }))?.trades).toBe(7);
  });

  test.each([[{}], [{ volume: '0' }]])('is left out when a minute lacks it (%p)', lacking => {
    expect(folded(minutesOf({ trades: 3 }, lacking))).not.toHaveProperty('trades');
  });
});

describe('the volume', () => {
  test.each([
    [['0.1', '0.2'], '0.3'],
    [['0.10000000000000001', '5'], '5.10000000000000001'],
    [['9007199254740991', '2'], '9007199254740993'],
    [['9007199254740993', '9007199254740993'], '18014398509481986'],
    [
      ['999999999999999999999999999', '0.000000000000000001'],
      '999999999999999999999999999.000000000000000001',
    ],
  ])('of %p is %p', (parts, sum) => {
    expect(folded(minutesOf(...parts.map(volume => ({ volume }))))?.volume).toBe(sum);
  });

  test('is exact to the last digit for any volumes, corrected in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(19), volumes, fc.integer({ min: 1, max: 9 })), { maxLength: 60 }),
        parts => {
          const minutes = new Minutes(20);
          const newest = new Map<number, { volume: string; version: number }>();
          for (const [offset, volume, version] of parts) {
            minutes.merge(offset, { ...plain, volume, version });
            if (version > (newest.get(offset)?.version ?? 0)) newest.set(offset, { volume, version });
          }
          const units = [...newest.values()].reduce((sum, { volume }) => sum + atoms(volume), 0n);
          expect(atoms(folded(minutes, 0, 20)?.volume ?? '0')).toBe(units);
        },
      ),
    );
  });

  test('of the longest block of the largest minutes can still be written', () => {
    const minutes = new Minutes(300);
    const volume = `${'9'.repeat(27)}.${'9'.repeat(18)}`;
    for (let offset = 0; offset < 300; offset++) minutes.merge(offset, { ...plain, volume });
    expect(atoms(folded(minutes, 0, 300)?.volume ?? '0')).toBe(300n * atoms(volume));
  });
});

/** Whole numbers of 10^-18. */
function atoms(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}

describe('of two records of one minute', () => {
  test('the higher version stays, whichever comes last', () => {
    const minutes = minutesOf({ close: 1, version: 5 });
    expect(minutes.merge(0, { ...plain, close: 2, version: 7 })).toBe('newer');
    expect(minutes.merge(0, { ...plain, close: 3, version: 6 })).toBe('older');
    expect(minutes.merge(0, { ...plain, close: 4, version: 7 })).toBe('same version');
    expect(folded(minutes)).toMatchObject({ close: 2, version: 7 });
  });

  test('the higher version of a mark stays too', () => {
    const marks = new Marks(5);
    expect(marks.merge(1, { covered: false, version: 5 })).toBe('newer');
    expect(marks.merge(1, { covered: true, version: 4 })).toBe('older');
    expect(marks.merge(1, { covered: true, version: 5 })).toBe('same version');
    expect(isUncovered(1, marks, undefined)).toBe(true);
  });
});

describe('an uncovered minute', () => {
  const marked = (...marks: [number, boolean, number][]) => {
    const all = new Marks(5);
    for (const [offset, covered, version] of marks) all.merge(offset, { covered, version });
    return all;
  };

  test('counts where the symbol has no bar, and its mark makes the bar newer either way', () => {
    const marks = marked([0, false, 100], [1, false, 200], [2, true, 400]);
    expect(folded(minutesOf(plain), 0, 5, marks)).toMatchObject({ minutes: 1, uncovered: 1, version: 701 });
  });

  test.each([
    ['its own mark when that is newer', 1, 2, 1],
    ['its own mark when both are equally new', 2, 2, 1],
    ['the mark of its slot when that is newer', 3, 2, 0],
  ])('is told by %s', (_title, slotVersion, ownVersion, uncovered) => {
    const [slot, own] = [marked([1, true, slotVersion]), marked([1, false, ownVersion])];
    expect(folded(minutesOf(plain), 0, 5, slot, own)).toMatchObject({
      uncovered,
      version: 1 + slotVersion + ownVersion,
    });
    expect(folded(minutesOf(plain), 0, 5, undefined, own)).toMatchObject({ uncovered: 1 });
  });
});
