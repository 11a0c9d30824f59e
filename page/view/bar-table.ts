/** The same bars as a table, newest first. Rows stay the same elements while their bars change, so that readers keep their place. */
import { priceText, volumeText } from '../model/numbers.ts';
import type { DayAverage } from '../model/running-vwap.ts';
import type { Point } from '../model/timeline.ts';
import type { Zone } from '../model/zone.ts';
import { found, made, mark, write } from './dom.ts';
import { remarkOf } from './legend.ts';

export interface TableInput {
  readonly symbol: string;
  readonly timeframe: string;
  readonly points: readonly Point[];
  readonly vwap: readonly DayAverage[];
  readonly decimals: number;
  readonly zone: Zone;
  /** Event time, epoch ms; absent until the first status. */
  readonly now: number | undefined;
}

/** More rows than anybody reads; the chart and the API have the rest. */
const MOST_ROWS = 300;

export class BarTable {
  readonly #caption = found('table-caption', HTMLElement);
  readonly #body = found('table-body', HTMLTableSectionElement);

  show({ symbol, timeframe, points, vwap, decimals, zone, now }: TableInput): void {
    const rows = points
      .map((point, n) => ({ point, average: vwap[n]?.value }))
      .slice(-MOST_ROWS)
      .reverse();
    write(this.#caption, `${symbol}, ${timeframe} bars, newest first; times in ${zone.name}`);
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    while (this.#body.rows.length < rows.length) this.#body.append(emptyRow());
    for (const [n, { point, average }] of rows.entries()) {
      const { bar } = point;
      const price = (value: number | undefined) => (value === undefined ? '' : priceText(value, decimals));
      const texts = [
        `${zone.day(point.start, now)} ${zone.clock(point.start)}`,
        ...[bar?.open, bar?.high, bar?.low, bar?.close].map(price),
        bar ? volumeText(bar.volume) : '',
        price(average),
        point.session,
        remarkOf(point),
      ];
      const row = this.#body.rows[n];
      if (row === undefined) continue;
      for (const [place, text] of texts.entries()) {
        const cell = row.cells[place];
        if (cell) write(cell, text);
      }
      mark(row, 'data-direction', bar && (bar.close >= bar.open ? 'up' : 'down'));
    }
  }
}

const COLUMNS = 9;

function emptyRow(): HTMLTableRowElement {
  const cells = Array.from({ length: COLUMNS - 1 }, () => made('td'));
  return made('tr', {}, made('th', { scope: 'row' }), ...cells);
}
