/** The book of bars: the highest version of each, what was revised, and gaps that open and heal. */
import { describe, expect, test } from '@jest/globals';
import { BarBook } from '../../../page/model/bar-book.ts';
import { bar, gap } from '../support/bars.ts';

describe('a book of bars', () => {
  test('keeps the highest version, whatever the order in which they come', () => {
    const book = new BarBook();
    book.take([bar(5), bar(0, { version: 3, close: 12 })], []);
    expect(book.take([bar(0, { version: 2, close: 9 })], []).any).toBe(false);
    expect(book.bars).toEqual([bar(0, { version: 3, close: 12 }), bar(5)]);
  });

  test('lets the finished bar replace the open one of the same version, and not the other way round', () => {
    const book = new BarBook();
    book.take([bar(0, { final: false })], []);
    expect(book.take([bar(0)], [])).toEqual({ any: true, revised: [] });
    expect(book.take([bar(0, { final: false })], []).any).toBe(false);
  });

  test('calls revised what was finished and says something else now', () => {
    const book = new BarBook();
    book.take([bar(0), bar(5), bar(10, { final: false })], []);
    const revised = bar(0, { version: 2, high: 13 });
    const same = bar(5, { version: 2 });
    const grown = bar(10, { version: 2, high: 13, final: false });
    expect(book.take([revised, same, grown], [])).toEqual({ any: true, revised: [revised] });
  });

  test('takes gaps that open, and lets go of those that healed', () => {
    const book = new BarBook();
    book.take([bar(0)], [gap(5, 15)]);
    expect(book.gaps).toEqual([gap(5, 15)]);
    expect(book.take([bar(0)], [gap(5, 15)]).any).toBe(false);
    expect(book.take([bar(0), bar(5)], [gap(10, 15)]).any).toBe(true);
    expect(book.gaps).toEqual([gap(10, 15)]);
    expect(book.take([bar(0), bar(10)], []).any).toBe(true);
    expect(book.gaps).toEqual([]);
  });

  test('knows gaps outside the answer’s stretch as before', () => {
    const book = new BarBook();
    book.take([bar(0), bar(60)], [gap(5, 15)]);
    book.take([bar(60)], []);
    expect(book.gaps).toEqual([gap(5, 15)]);
    book.take([bar(-60)], [gap(-30, -20)], bar(0).start);
    expect(book.gaps).toEqual([gap(-30, -20), gap(5, 15)]);
  });
});
