/** One row of the symbol list: name, line of the day, last price, change. */
import type { Latest } from '../api/types.ts';
import { changeOf, decimalsOf, priceText } from '../model/numbers.ts';
import type { Row } from '../model/symbol-list.ts';
import { made, mark, write } from './dom.ts';
import { sparkline, sparkPath } from './sparkline.ts';

export interface RowState extends Row {
  readonly isChosen: boolean;
  readonly top: number;
  readonly latest: Latest | undefined;
  readonly line: readonly number[];
}

export class SymbolRow {
  readonly element: HTMLLIElement;
  readonly #choose = made('button', { type: 'button', class: 'row' });
  readonly #watch = made('button', { type: 'button', class: 'star' });
  readonly #name = made('span', { class: 'name' });
  readonly #last = made('span', { class: 'last' });
  readonly #change = made('span', { class: 'change' });
  readonly #spark = sparkline();
  #symbol = '';
  /** Decimals only ever grow, so that numbers do not jump. */
  #decimals: number | undefined;

  constructor(events: { onChoose(symbol: string): void; onWatch(symbol: string): void }) {
    this.#choose.append(this.#name, this.#spark.svg, this.#last, this.#change);
    this.element = made('li', {}, this.#choose, this.#watch);
    this.#choose.addEventListener('click', () => events.onChoose(this.#symbol));
    this.#watch.addEventListener('click', () => events.onWatch(this.#symbol));
  }

  show({ symbol, isWatched, isChosen, top, latest, line }: RowState): void {
    if (symbol !== this.#symbol) this.#decimals = undefined;
    this.#symbol = symbol;
    this.element.style.top = `${top}px`;
    write(this.#name, symbol);
    mark(this.#name, 'title', symbol);
    mark(this.#choose, 'aria-current', isChosen ? 'true' : undefined);
    mark(this.#choose, 'tabindex', isChosen ? undefined : '-1');
    mark(this.#watch, 'tabindex', isChosen ? undefined : '-1');
    mark(this.#watch, 'aria-pressed', String(isWatched));
    mark(this.#watch, 'aria-label', `Watch ${symbol}`);
    write(this.#watch, isWatched ? '★' : '☆');
    this.#showQuote(latest, line);
  }

  #showQuote(latest: Latest | undefined, line: readonly number[]): void {
    const last = latest?.minute?.close;
    const { minute, previousClose } = latest ?? {};
    const prices = minute ? [minute.open, minute.high, minute.low, minute.close] : [];
    const decimals = decimalsOf(
      previousClose === undefined ? prices : [...prices, previousClose],
      this.#decimals,
    );
    this.#decimals = decimals;
    const change = changeOf(last, previousClose, decimals);
    write(this.#last, last === undefined ? '' : priceText(last, decimals));
    write(this.#change, change?.share ?? '');
    mark(this.#choose, 'data-direction', change?.direction);
    mark(this.#spark.path, 'd', sparkPath(line));
  }
}
