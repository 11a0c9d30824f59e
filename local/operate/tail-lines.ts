/** Bars as lines of a terminal: a bar is shown when it is new, or newer than what was shown of it. */
import { type Bar, isNewer } from '../../kit/index.ts';

interface Shown {
  readonly start: number;
  readonly version: number;
  readonly final: boolean;
}

const WIDTHS = { symbol: 8, price: 9, volume: 10 };
/** Columns that are given up where there is no room, in this order. */
const SPARE = [3, 4, 5];
const HEADS = ['UTC', 'symbol', '', 'open', 'high', 'low', 'close', 'volume'];

/** What stands behind a bar, and what it means. */
export const marks = {
  open: ['~', 'its window is open'],
  revised: ['r', 'it was corrected'],
  uncovered: ['u', 'the feed was blind for some of its minutes'],
} as const;

export class TailLines {
  readonly #columns: number;
  /** The newest start of each symbol and timeframe: older ones need not be remembered, their bars are corrections. */
  readonly #newest = new Map<string, Shown>();
  #hasHead = false;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** The lines for a record of a bar; none for one that says nothing new. */
  of(bar: Bar): string[] {
    const key = `${bar.symbol} ${bar.timeframe}`;
    const shown = this.#newest.get(key);
    if (shown?.start === bar.start && !isNewer(bar, shown)) return [];
    if (shown === undefined || shown.start <= bar.start) this.#newest.set(key, bar);
    // The bar of an open window grows: that corrects nothing.
    const isRevised =
      shown !== undefined &&
      shown.start >= bar.start &&
      bar.final &&
      (shown.final || shown.start > bar.start);
    const lines = [line(cellsOf(bar), marksOf(bar, isRevised), this.#columns)];
    if (!this.#hasHead) lines.unshift(line(HEADS, '', this.#columns));
    this.#hasHead = true;
    return lines;
  }
}

function cellsOf({ start, symbol, timeframe, open, high, low, close, volume }: Bar): string[] {
  const time = new Date(start).toISOString().slice(5, 16).replace('T', ' ');
  const prices = [open, high, low, close].map(price => fitting(String(price), WIDTHS.price));
  return [time, symbol, timeframe, ...prices, fitting(volume, WIDTHS.volume)];
}

function marksOf({ final, uncovered }: Bar, isRevised: boolean): string {
  const is = [!final && marks.open, isRevised && marks.revised, uncovered > 0 && marks.uncovered];
  return is.map(mark => (mark ? mark[0] : '')).join('');
}

function line(cells: readonly string[], mark: string, columns: number): string {
  const padded = cells.map((text, index) => {
    if (index === 0) return text.padEnd(11);
    if (index === 1) return text.padEnd(WIDTHS.symbol);
    if (index === 2) return text.padStart(3);
    return text.padStart(index === cells.length - 1 ? WIDTHS.volume : WIDTHS.price);
  });
  for (let given = 0; ; given++) {
    const left = padded.filter((_, index) => !SPARE.slice(0, given).includes(index));
    const whole = [...left, mark].join(' ').trimEnd();
    if (whole.length <= columns || given === SPARE.length) return whole.slice(0, columns);
  }
}

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 5 });

/** As many digits of a number as there is room for. */
function fitting(text: string, width: number): string {
  if (text.length <= width) return text;
  const point = text.indexOf('.');
  const isPlain = point >= 0 && point < width && !text.includes('e');
  return isPlain ? text.slice(0, width).replace(/\.$/, '') : short.format(Number(text));
}
