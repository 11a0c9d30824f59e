/** The list of symbols. Only the rows in sight exist, however many symbols there are. */
import type { Latest } from '../api/types.ts';
import { neighbourOf, type Row, rowsOf } from '../model/symbol-list.ts';
import { found, write } from './dom.ts';
import { SymbolRow } from './symbol-row.ts';

export interface ListEvents {
  onChoose(symbol: string): void;
  onWatch(symbol: string): void;
  /** These are in sight now. */
  onSight(symbols: readonly string[]): void;
  /** The person looks for a name that begins so. */
  onSearch(prefix: string): void;
}

export interface Quotes {
  latestOf(symbol: string): Latest | undefined;
  lineOf(symbol: string): readonly number[];
}

/** px, as in the style sheet. */
const ROW_HEIGHT = 36;
/** Rows beyond either edge that exist, too. */
const MARGIN = 4;
/** ms after the last key before the API is asked. */
const TYPING = 200;

export class SymbolList {
  readonly #events: ListEvents;
  readonly #filter = found('filter', HTMLInputElement);
  readonly #scroller = found('symbol-scroller', HTMLElement);
  readonly #list = found('symbol-list', HTMLElement);
  readonly #count = found('symbol-count', HTMLElement);
  readonly #rows: SymbolRow[] = [];
  #shown: readonly Row[] = [];
  #symbols: readonly string[] | undefined;
  #watched: ReadonlySet<string> = new Set();
  #chosen: string | undefined;
  #isArranged = false;
  #quotes: Quotes | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(events: ListEvents) {
    this.#events = events;
    this.#filter.addEventListener('input', () => {
      this.#scroller.scrollTop = 0;
      this.#arrange();
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => events.onSearch(this.#filter.value.trim()), TYPING);
    });
    this.#filter.addEventListener('keydown', event => this.#onKey(event));
    // Its chosen row, which takes the focus, may be out of sight.
    this.#scroller.tabIndex = 0;
    this.#scroller.addEventListener('scroll', () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(this.#scroller);
  }

  show(fields: {
    symbols: readonly string[] | undefined;
    watched: ReadonlySet<string>;
    chosen: string | undefined;
    quotes: Quotes;
  }): void {
    const isMoved = fields.chosen !== this.#chosen;
    const isSame = fields.symbols === this.#symbols && fields.watched === this.#watched;
    this.#symbols = fields.symbols;
    this.#watched = fields.watched;
    this.#chosen = fields.chosen;
    this.#quotes = fields.quotes;
    if (isSame && this.#isArranged) this.#draw();
    else this.#arrange();
    if (isMoved) this.#bringToSight();
  }

  /** Prices have come. */
  refresh(): void {
    this.#draw();
  }

  /** Chooses the neighbour of the chosen symbol. */
  step(by: number): void {
    const symbol = neighbourOf(this.#shown, this.#chosen, by);
    if (symbol !== undefined) this.#events.onChoose(symbol);
  }

  focusFilter(): void {
    this.#filter.focus();
    this.#filter.select();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.step(event.key === 'ArrowDown' ? 1 : -1);
      event.preventDefault();
    } else if (event.key === 'Enter' && this.#shown[0]) {
      const isShown = this.#shown.some(({ symbol }) => symbol === this.#chosen);
      this.#events.onChoose(isShown && this.#chosen !== undefined ? this.#chosen : this.#shown[0].symbol);
      this.#filter.blur();
    } else if (event.key === 'Escape') {
      this.#filter.value = '';
      this.#arrange();
      this.#filter.blur();
    }
  }

  #arrange(): void {
    this.#isArranged = true;
    this.#shown = rowsOf(this.#symbols ?? [], this.#watched, this.#filter.value);
    this.#list.style.height = `${this.#shown.length * ROW_HEIGHT}px`;
    const all = this.#symbols?.length ?? 0;
    const typed = this.#filter.value.trim();
    const some = `${this.#shown.length.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`;
    if (this.#symbols === undefined) write(this.#count, 'Looking for symbols…');
    else if (all === 0) write(this.#count, 'No symbols yet');
    else if (this.#shown.length === 0) write(this.#count, `No symbol matches “${typed}”`);
    else write(this.#count, typed === '' ? `${all.toLocaleString('en-US')} symbols` : some);
    this.#draw();
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - MARGIN);
    const inSight = this.#shown.slice(from, from + Math.ceil(clientHeight / ROW_HEIGHT) + 2 * MARGIN);
    while (this.#rows.length < inSight.length) this.#rows.push(new SymbolRow(this.#events));
    for (const [n, row] of this.#rows.entries()) {
      const each = inSight[n];
      if (each === undefined) {
        row.element.remove();
        continue;
      }
      if (!row.element.isConnected) this.#list.append(row.element);
      row.show({
        ...each,
        isChosen: each.symbol === this.#chosen,
        top: (from + n) * ROW_HEIGHT,
        latest: this.#quotes?.latestOf(each.symbol),
        line: this.#quotes?.lineOf(each.symbol) ?? [],
      });
    }
    this.#events.onSight(inSight.map(({ symbol }) => symbol));
  }

  #bringToSight(): void {
    const at = this.#shown.findIndex(({ symbol }) => symbol === this.#chosen) * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.#scroller;
    if (at >= 0 && (at < scrollTop || at + ROW_HEIGHT > scrollTop + clientHeight))
      this.#scroller.scrollTop = at - clientHeight / 2;
  }
}
