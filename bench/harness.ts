/** How benchmarks measure: medians of several runs, candidate and limit in turns, so that a busy machine hits both alike. */

/** One line of the table. */
export interface Row {
  /** What was measured. */
  readonly what: string;
  readonly median: number;
  readonly unit: string;
  /** Lowest and highest of the runs; equal to the median where there was but one. */
  readonly range: readonly [number, number];
  /** What bounds it, measured beside it. @default nothing to compare with */
  readonly limit?: { readonly name: string; readonly median: number };
  /** What it should come to. @default none */
  readonly target?: Target;
}

export interface Target {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
  /** Whether `value` is of the figure itself, or of its ratio to the limit. @default the figure */
  readonly of?: 'ratio';
}

/** Makes rows of what was measured once. */
export function measuredOnce(note: string) {
  return (what: string, unit: string, value: number): Row => ({
    ...{ what: `${note}: ${what}`, unit, median: value, range: [value, value] },
  });
}

/** A named set of rows that are measured together. */
export interface Benchmark {
  readonly name: string;
  /** @param say tells of progress; shown on standard error */
  run(say: (text: string) => void, options: BenchmarkOptions): Promise<Row[]>;
}

/** What may be asked of benchmarks that run for a while. */
export interface BenchmarkOptions {
  /** How long is measured. @default each its own */
  readonly minutes?: number | undefined;
  /** Shares of a processor that are measured. @default each its own */
  readonly shares?: readonly number[] | undefined;
}

/** Something to run again and again; what `prepare` makes is not measured. */
export interface Candidate<T = void> {
  readonly prepare?: () => T | Promise<T>;
  /** @returns what it took, where that was another process; anything else means this one */
  readonly run: (prepared: T) => unknown;
}

/** How long a run took: wall-clock seconds, and processor seconds of the whole process, its garbage collector included. */
export interface Taken {
  readonly wall: number;
  readonly processor: number;
}

export function isTaken(value: unknown): value is Taken {
  return typeof value === 'object' && value !== null && 'wall' in value && 'processor' in value;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return (low + high) / 2;
}

export async function take<T>(candidate: Candidate<T | undefined>): Promise<Taken> {
  const prepared = await candidate.prepare?.();
  globalThis.gc?.();
  const [wall, processor] = [performance.now(), process.cpuUsage()];
  const elsewhere = await candidate.run(prepared);
  if (isTaken(elsewhere)) return elsewhere;
  const { user, system } = process.cpuUsage(processor);
  return { wall: (performance.now() - wall) / 1e3, processor: (user + system) / 1e6 };
}

/** Runs all candidates in turns, `runs` times each after one round that does not count. */
export async function inTurns<Name extends string>(
  candidates: Readonly<Record<Name, Candidate<undefined>>>,
  runs: number,
  say: (text: string) => void,
): Promise<Map<Name, Taken[]>> {
  const names = Object.keys(candidates);
  const taken = new Map<Name, Taken[]>();
  for (let round = 0; round <= runs; round++) {
    say(`round ${round} of ${runs}`);
    for (const name in candidates) {
      const each = await take(candidates[name]);
      if (round > 0) taken.set(name, [...(taken.get(name) ?? []), each]);
    }
  }
  if (taken.size !== names.length) throw new RangeError('a benchmark needs at least one run');
  return taken;
}

/** Figures of several runs as the first fields of a row. */
export function figures(values: readonly number[]): Pick<Row, 'median' | 'range'> {
  return { median: median(values), range: [Math.min(...values), Math.max(...values)] };
}
