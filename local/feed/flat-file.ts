/** The vendor's flat files: a day or more of minute bars as CSV. The whole file is proven good before a row of it is used. */
import { Refused } from '../../runtime/bars/check.ts';
import type { Market } from '../../runtime/bars/market.ts';
import { type FlatMinute, HEADER, parseRow } from './flat-row.ts';
import { FlatRows } from './flat-rows.ts';
import { eachLine } from './lines.ts';

export interface FlatFileOptions {
  /** Decides which prices are possible. */
  readonly market: Market;
  /** First minute to take, epoch ms. @default the file's first */
  readonly from?: number;
  /** Takes minutes that start before this instant, epoch ms. @default to the file's end */
  readonly to?: number;
  /** Takes only these symbols; each must be in the file. @default all */
  readonly symbols?: readonly string[];
}

/** A flat file that cannot be used, or not in the way that was asked for. The message starts with `FILE:LINE: `, or `FILE: `. */
export class FlatFileError extends Error {
  override readonly name = 'FlatFileError';
}

/**
 * Reads and checks a whole flat file (`.csv`, or gzipped `.csv.gz`).
 * @returns the rows that were asked for, in the file's order
 * @throws FlatFileError for a file that is missing, truncated, or breaks a rule anywhere, for symbols it does not have,
 *   and when no row is left.
 */
export async function readFlatFile(path: string, options: FlatFileOptions): Promise<FlatRows> {
  const reading = new Reading(path, options);
  try {
    await eachLine(path, (line, number) => reading.take(line, number));
  } catch (error) {
    if (error instanceof Refused) throw reading.fault(error.message);
    if (!isSystemError(error)) throw error;
    if ('syscall' in error) throw new FlatFileError(`${path}: cannot be read: ${error.message}`);
    throw reading.fault(
      `the gzip archive is damaged or ends early (${error.message}): fetch the file again`,
      1,
    );
  }
  return reading.finish();
}

/** Errors of the file system, which name a system call, and of zlib, which do not. */
function isSystemError(error: unknown): error is { errno: number; message: string } {
  return typeof error === 'object' && error !== null && 'errno' in error && 'message' in error;
}

class Reading {
  readonly #path: string;
  readonly #options: FlatFileOptions;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #rows = new FlatRows();
  /** Every symbol of the file and how often it occurred in the minute that is being read. */
  readonly #symbols = new Map<string, number>();
  #inThisMinute: string[] = [];
  #first = 0;
  #last = 0;
  #line = 0;
  #emptyLine: number | undefined;

  constructor(path: string, options: FlatFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#wanted = options.symbols && new Set(options.symbols);
  }

  take(line: string, number: number): void {
    this.#line = number;
    if (number === 1) {
      if (line !== HEADER) throw new Refused('header', line, `use exactly ${HEADER}`);
      return;
    }
    if (line === '') {
      this.#emptyLine ??= number;
      return;
    }
    if (this.#emptyLine !== undefined) {
      this.#line = this.#emptyLine;
      throw new Refused('row', '', 'an empty line may only end the file');
    }
    const row = parseRow(line, this.#options.market);
    if (row.start < this.#last) {
      const before = `${iso(row.start)} comes after ${iso(this.#last)}`;
      throw new Refused('window_start', `${row.start}000000`, `minutes must ascend, ${before}`);
    }
    this.#count(row);
  }

  #count(row: FlatMinute): void {
    if (row.start > this.#last) {
      for (const symbol of this.#inThisMinute) this.#symbols.set(symbol, 0);
      this.#inThisMinute = [];
      this.#first ||= row.start;
      this.#last = row.start;
    }
    const occurrence = (this.#symbols.get(row.symbol) ?? 0) + 1;
    this.#symbols.set(row.symbol, occurrence);
    if (occurrence === 1) this.#inThisMinute.push(row.symbol);
    const { from = 0, to = Number.POSITIVE_INFINITY } = this.#options;
    if (row.start < from || row.start >= to || this.#wanted?.has(row.symbol) === false) return;
    this.#rows.add({ ...row, occurrence });
  }

  finish(): FlatRows {
    if (this.#line === 0) throw this.fault(`the file is empty: its first line must be ${HEADER}`, 1);
    if (this.#symbols.size === 0) throw this.fault('no row follows the header', 1);
    const unknown = this.#options.symbols?.filter(symbol => !this.#symbols.has(symbol)) ?? [];
    if (unknown.length > 0) {
      throw new FlatFileError(
        `${this.#path}: has no symbol ${unknown.join(', ')}: use some of ${list(this.#symbols.keys())}`,
      );
    }
    if (this.#rows.length === 0) {
      const { from, to } = this.#options;
      const asked = `from ${from === undefined ? 'its first' : iso(from)} to ${to === undefined ? 'its last' : iso(to)}`;
      throw new FlatFileError(
        `${this.#path}: nothing asked for is in it ${asked}: its minutes start ${iso(this.#first)} to ${iso(this.#last)}`,
      );
    }
    return this.#rows;
  }

  /** The error at the line that was read last, or `after` so many lines. */
  fault(reason: string, after = 0): FlatFileError {
    return new FlatFileError(`${this.#path}:${this.#line + after}: ${reason}`);
  }
}

/** Enough to see what the file is about. */
const LISTED = 20;

function list(symbols: Iterable<string>): string {
  const all = [...symbols];
  return all.length <= LISTED
    ? all.join(', ')
    : `${all.slice(0, LISTED).join(', ')} and ${all.length - LISTED} more`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
