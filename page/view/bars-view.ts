/** The bars of the chosen symbol: as a chart with its legend, or as a table. */

import { lengthOf } from '../api/timeframes.ts';
import { PriceChart } from '../chart/price-chart.ts';
import type { Selection } from '../live/bars-watch.ts';
import type { BarBook, Changes } from '../model/bar-book.ts';
import { decimalsOf, priceText } from '../model/numbers.ts';
import { type DayAverage, runningVwap } from '../model/running-vwap.ts';
import { type Point, timelineOf, uncoveredBands } from '../model/timeline.ts';
import type { DayOf } from '../model/trading-day.ts';
import { count } from '../model/words.ts';
import type { Zone } from '../model/zone.ts';
import { BarTable } from './bar-table.ts';
import { found, mark } from './dom.ts';
import { Legend, remarkOf } from './legend.ts';

export interface BarsInput {
  readonly selection: Selection;
  readonly book: BarBook;
  /** There are no older bars than those. */
  readonly isFromBeginning: boolean;
  readonly dayOf: DayOf;
  /** While the market is open: everything up to here is known. */
  readonly until: number | undefined;
  /** Event time, epoch ms; absent until the first status. */
  readonly now: number | undefined;
}

export class BarsView {
  readonly #chart: PriceChart;
  readonly #place = found('chart', HTMLElement);
  readonly #chartRoom = found('chart-room', HTMLElement);
  readonly #tableRoom = found('table-room', HTMLElement);
  readonly #legend = new Legend();
  readonly #table = new BarTable();
  #zone: Zone;
  #input: BarsInput | undefined;
  #points: readonly Point[] = [];
  #vwap: readonly DayAverage[] = [];
  #decimals = 2;
  #pointed: Point | undefined;

  constructor(zone: Zone, events: { onOldest(): void; onNewest(isInSight: boolean): void }) {
    this.#zone = zone;
    // It scrolls, and nothing in it takes the focus.
    this.#tableRoom.tabIndex = 0;
    this.#chart = new PriceChart(this.#place, zone, {
      ...events,
      onPoint: point => {
        this.#pointed = point;
        this.#showLegend();
      },
    });
  }

  get chart(): PriceChart {
    return this.#chart;
  }

  /** Digits after the point of the symbol's prices. */
  get decimals(): number {
    return this.#decimals;
  }

  /** What has come; finished bars that say something else now light up. */
  show(input: BarsInput, changes?: Changes): void {
    const isOther = input.book !== this.#input?.book;
    this.#input = input;
    const { bars, gaps } = input.book;
    // A symbol's decimals only grow, so that its numbers do not jump.
    this.#decimals = decimalsOf(
      bars.flatMap(({ open, high, low, close }) => [open, high, low, close]),
      isOther ? undefined : this.#decimals,
    );
    const { dayOf, until, selection } = input;
    this.#points = timelineOf({ bars, gaps, dayOf, until, step: lengthOf(selection.timeframe) });
    this.#vwap = runningVwap(this.#points, input.isFromBeginning);
    if (isOther) this.#pointed = undefined;
    else this.#pointed = this.#points.find(({ start }) => start === this.#pointed?.start);
    this.#chart.show({ points: this.#points, vwap: this.#vwap, decimals: this.#decimals });
    if (isOther) this.#chart.toNewest();
    if (changes) this.#chart.flash(changes.revised.map(({ start }) => start));
    this.#showRest();
  }

  setZone(zone: Zone): void {
    this.#zone = zone;
    this.#chart.setZone(zone);
    this.#showRest();
  }

  showTable(isTable: boolean): void {
    this.#chartRoom.hidden = isTable;
    this.#tableRoom.hidden = !isTable;
    this.#showRest();
  }

  /** What changed, for whoever does not see it. */
  tellOf({ revised }: Changes): string {
    const [bar] = revised;
    if (bar === undefined) return '';
    const others = revised.length > 1 ? ` and ${count(revised.length - 1, 'more bar')}` : '';
    return `${bar.symbol} ${this.#zone.clock(bar.start)}${others} revised, close ${priceText(bar.close, this.#decimals)}`;
  }

  #showRest(): void {
    this.#showLegend();
    mark(this.#place, 'aria-label', this.#summary());
    if (this.#tableRoom.hidden || this.#input === undefined) return;
    const { selection, now } = this.#input;
    const { symbol, timeframe } = selection;
    const [points, vwap, decimals, zone] = [this.#points, this.#vwap, this.#decimals, this.#zone];
    this.#table.show({ symbol, timeframe, points, vwap, decimals, zone, now });
  }

  #showLegend(): void {
    const point = this.#pointed ?? this.#points.findLast(({ bar }) => bar !== undefined);
    const vwap = point && this.#vwap[this.#points.indexOf(point)]?.value;
    const { now } = this.#input ?? {};
    this.#legend.show({ point, vwap, decimals: this.#decimals, zone: this.#zone, now });
  }

  #summary(): string {
    if (this.#input === undefined) return 'Chart';
    const { symbol, timeframe } = this.#input.selection;
    const newest = this.#points.findLast(({ bar }) => bar !== undefined);
    if (newest?.bar === undefined) return `Chart of ${symbol}, ${timeframe}: no bars`;
    const { open, high, low, close } = newest.bar;
    const [o, h, l, c] = [open, high, low, close].map(price => priceText(price, this.#decimals));
    const parts = [
      `Chart of ${symbol}, ${count(this.#input.book.bars.length, `${timeframe} bar`)}`,
      `newest ${this.#zone.clock(newest.start)}: open ${o}, high ${h}, low ${l}, close ${c}`,
      ...(remarkOf(newest) ? [remarkOf(newest)] : []),
      count(uncoveredBands(this.#points).length, 'uncovered stretch'),
      'press T for a table',
    ];
    return parts.join('; ');
  }
}
