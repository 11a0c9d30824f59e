/** Of all records with one identity the one to keep: the highest version, and at equal versions the final one. */
import type { Bar } from './bar.ts';
import { readText } from './read.ts';

type Kept = Pick<Bar, 'version' | 'final'>;

/** Whether `bar` takes the place of `kept`. */
export function isNewer(bar: Kept, kept: Kept): boolean {
  return bar.version > kept.version || (bar.version === kept.version && bar.final && !kept.final);
}

/** Symbol, timeframe and start, which no correction changes. */
export function identityOf({
  symbol,
  timeframe,
  start,
}: Pick<Bar, 'symbol' | 'timeframe' | 'start'>): string {
  return `${symbol} ${timeframe} ${start}`;
}

/** Takes bars in any order, any number of times. */
export class HighestVersions {
  readonly #bars = new Map<string, Bar>();

  /** @returns whether the bar is new, or newer than what was known of it */
  take(bar: Bar): boolean {
    const identity = identityOf(bar);
    const kept = this.#bars.get(identity);
    if (kept && !isNewer(bar, kept)) return false;
    this.#bars.set(identity, bar);
    return true;
  }

  /** In the order in which they were first seen. */
  get bars(): Bar[] {
    return [...this.#bars.values()];
  }
}

/** One bar per identity, of a batch or of an iterator that ends. */
export function highestVersions(bars: Iterable<Bar>): Bar[];
export function highestVersions(bars: AsyncIterable<Bar>): Promise<Bar[]>;
export function highestVersions(bars: Iterable<Bar> | AsyncIterable<Bar>): Bar[] | Promise<Bar[]> {
  const highest = new HighestVersions();
  if (Symbol.asyncIterator in bars) return keepAll(bars, highest);
  for (const bar of bars) highest.take(bar);
  return highest.bars;
}

async function keepAll(bars: AsyncIterable<Bar>, highest: HighestVersions): Promise<Bar[]> {
  for await (const bar of bars) highest.take(bar);
  return highest.bars;
}

/**
 * The bars of a file of records, one a line, as `npm start -- --out` writes it; other records are passed over.
 * @param onRefused is told of lines that are no record. @default it throws
 */
export async function* barsIn(
  lines: AsyncIterable<string> | Iterable<string>,
  onRefused: (reason: string, line: number) => void = refuse,
): AsyncGenerator<Bar, void, void> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const reading = readText(line);
    if (reading.kind === 'refused') onRefused(reading.reason, number);
    else if (reading.kind === 'record' && reading.record.type === 'bar') yield reading.record;
  }
}

function refuse(reason: string, line: number): never {
  throw new Error(`line ${line}: ${reason}`);
}
