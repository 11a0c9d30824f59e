/** The reading of one flat file: what it holds, what of it is asked for, and what makes all of it useless. */
import { type Calendar, calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import { Refused, symbolIn } from '../../runtime/records/check.ts';
import { isNamedOtherwise, symbolOf } from '../../runtime/vendor/ticker-names.ts';
import { minuteText } from '../console/lines.ts';
import { eachArchivedRow, isArchived } from './archived-rows.ts';
import { eachRow } from './csv.ts';
import { columnsOf, type FlatColumns, HEADER } from './flat-columns.ts';
import { type FlatValues, valuesOf } from './flat-row.ts';
import type { RowPages } from './row-pages.ts';

export interface FlatFileOptions {
  /** Decides which prices are possible, and how tickers are spelt. */
  readonly market: Market;
  /** First minute to take, epoch ms. @default the files' first */
  readonly from?: number;
  /** Takes minutes that start before this instant, epoch ms. @default to the files' end */
  readonly to?: number;
  /** Takes only these symbols of the feed; each must be in one of the files. @default all */
  readonly symbols?: readonly string[];
}

/** Flat files that cannot be used, or not in the way that was asked for. The message starts with `FILE:LINE: `, or `FILE: `. */
export class FlatFileError extends Error {
  override readonly name = 'FlatFileError';
}

/** How many of the tickers that are left out are named. */
const NAMED = 3;

export class FlatFileReading {
  /** Every symbol of the file. */
  readonly symbols = new Set<string>();
  /** From the start of the file's first minute to that of its last. */
  readonly span = new Span();
  readonly #path: string;
  readonly #options: FlatFileOptions;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #pages: RowPages;
  readonly #calendar: Calendar;
  #line = 0;
  /** Whether it is a file of the archive, which has rows and no lines. */
  #isArchived = false;
  #columns: FlatColumns | undefined;
  /** Symbols by ticker; undefined for a ticker that can be no symbol. */
  readonly #symbolOf = new Map<string, string | undefined>();
  readonly #taken = { rows: 0, symbols: new Set<string>(), span: new Span() };
  readonly #leftOut = { rows: 0, tickers: [] as string[] };
  /** Whether every row so far starts a day, when nothing trades. */
  #isOfDays = true;

  private constructor(path: string, options: FlatFileOptions, pages: RowPages) {
    this.#path = path;
    this.#options = options;
    this.#wanted = options.symbols && new Set(options.symbols);
    this.#pages = pages;
    this.#calendar = calendarOf(options.market);
  }

  /**
   * Reads all of a file.
   * @param pages where the rows go that are asked for
   * @throws FlatFileError when the file is missing or truncated, breaks a rule anywhere, or is none of minutes
   */
  static async of(path: string, options: FlatFileOptions, pages: RowPages): Promise<FlatFileReading> {
    const reading = new FlatFileReading(path, options, pages);
    try {
      if (await isArchived(path)) await reading.#readArchived();
      else await eachRow(path, (fields, line, fault) => reading.#take(fields, line, fault));
    } catch (error) {
      throw reading.#errorOf(error);
    }
    reading.#refuseUnfit();
    return reading;
  }

  /** What is taken of it, and what is left out. */
  get summary(): string {
    const { rows, symbols, span } = this.#taken;
    const taken =
      rows === 0 ? 'nothing asked for is in it' : `${rows} rows of ${symbols.size} symbols, ${span.text}`;
    const { leftOut } = this;
    return `${this.#path}: ${taken}${leftOut === undefined ? '' : `; ${leftOut}`}`;
  }

  /** The rows that no symbol can have, counted and named; undefined where there are none. */
  get leftOut(): string | undefined {
    const { rows, tickers } = this.#leftOut;
    if (rows === 0) return undefined;
    const named = `${tickers.slice(0, NAMED).join(', ')}${tickers.length > NAMED ? ` and ${tickers.length - NAMED} more` : ''}`;
    return `${rows} rows are left out, for no symbol can have their names: ${named}`;
  }

  #take(fields: readonly string[], line: number, fault: string | undefined): void {
    this.#line = line;
    if (fault !== undefined) throw new Refused('row', fields.join(','), fault);
    if (this.#columns === undefined) {
      this.#columns = columnsOf(fields);
      return;
    }
    this.#add(fields[this.#columns.ticker] ?? '', valuesOf(fields, this.#columns, this.#options.market));
  }

  async #readArchived(): Promise<void> {
    this.#isArchived = true;
    await eachArchivedRow(this.#path, this.#options.market, (ticker, read, number) => {
      this.#line = number;
      this.#add(ticker, read());
    });
  }

  #add(ticker: string, values: FlatValues): void {
    const { from = 0, to = Number.POSITIVE_INFINITY } = this.#options;
    const { start } = values;
    this.span.add(start);
    this.#isOfDays &&= this.#calendar.days.at(start).start === start && !this.#calendar.isOpen(start);
    const symbol = this.#symbol(ticker);
    if (symbol === undefined) this.#leftOut.rows++;
    else if (start >= from && start < to && this.#wanted?.has(symbol) !== false) {
      this.#pages.add({ symbol, ...values });
      this.#taken.rows++;
      this.#taken.symbols.add(symbol);
      this.#taken.span.add(start);
    }
  }

  #symbol(ticker: string): string | undefined {
    if (this.#symbolOf.has(ticker)) return this.#symbolOf.get(ticker);
    // A part of a row keeps the whole text that it was cut from in memory: keep a copy of its own.
    const copy = Buffer.from(ticker).toString();
    const symbol = isNamedOtherwise(copy) ? undefined : symbolIn(symbolOf(this.#options.market, copy));
    this.#symbolOf.set(copy, symbol);
    if (symbol === undefined) this.#leftOut.tickers.push(copy);
    else this.symbols.add(symbol);
    return symbol;
  }

  #refuseUnfit(): void {
    if (!this.#isArchived && this.#columns === undefined)
      throw this.#fault(`the file is empty: its first line must name the columns, such as ${HEADER}`, 1);
    if (!this.span.isSet)
      throw this.#isArchived
        ? new FlatFileError(`${this.#path}: it has no bars: nothing traded on its day`)
        : this.#fault('no row follows the header', 1);
    const { first, last } = this.span;
    if (this.#isOfDays || (first === last && !this.#calendar.isOpen(first)))
      throw new FlatFileError(
        `${this.#path}: every row starts when the market is closed, ${this.span.text}, as in no file of minutes: this is one of days (day_aggs); use the one of minutes (minute_aggs)`,
      );
  }

  #errorOf(error: unknown): unknown {
    if (error instanceof Refused) return this.#fault(error.message);
    if (isSystemError(error) && 'syscall' in error)
      return new FlatFileError(`${this.#path}: cannot be read: ${error.message}`);
    if (this.#isArchived && error instanceof Error)
      return new FlatFileError(
        `${this.#path}: the Parquet file is damaged or ends early (${error.message}): fetch it again`,
      );
    if (!isSystemError(error)) return error;
    const reason = `the gzip archive is damaged or ends early (${error.message}): fetch the file again`;
    return this.#fault(reason, 1);
  }

  /** The error at the line that was read last, or `after` so many lines. */
  #fault(reason: string, after = 0): FlatFileError {
    return new FlatFileError(
      `${this.#path}:${this.#isArchived ? 'row ' : ''}${this.#line + after}: ${reason}`,
    );
  }
}

/** From the earliest to the latest of some instants, epoch ms. */
class Span {
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;

  add(ms: number): void {
    if (ms < this.first) this.first = ms;
    if (ms > this.last) this.last = ms;
  }

  get isSet(): boolean {
    return this.first <= this.last;
  }

  /** `2025-11-20 14:30 to 2025-11-20 20:59 UTC` */
  get text(): string {
    return `${minuteText(this.first)} to ${minuteText(this.last)} UTC`;
  }
}

/** Errors of the file system, which name a system call, and of zlib, which do not. */
function isSystemError(error: unknown): error is { errno: number; message: string } {
  return typeof error === 'object' && error !== null && 'errno' in error && 'message' in error;
}
