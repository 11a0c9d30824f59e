/** Bars by columns, gathered symbol by symbol: a day of the whole market fits in a function's memory. */
import type { ArchivedBar } from './archived-bar.ts';

/** What is a number in every bar, by name; NaN where a bar has none. */
const numbers = [
  ...(['start', 'end', 'open', 'high', 'low', 'close', 'volume', 'vwap'] as const),
  ...(['trades', 'minutes', 'uncovered', 'version'] as const),
] as const;
export type NumberColumn = (typeof numbers)[number];

/** Bars of one symbol that stand behind one another. */
export interface Run {
  readonly symbol: string;
  readonly columns: BarColumns;
  readonly from: number;
  readonly to: number;
}

const FIRST_ROOM = 256;

export class BarColumns {
  readonly runs: Run[] = [];
  readonly #numbers = new Map<NumberColumn, Float64Array>(
    numbers.map(name => [name, new Float64Array(FIRST_ROOM)]),
  );
  readonly #sessions: string[] = [];
  readonly #finals: boolean[] = [];
  /** Volumes that no double holds, by the place of their bar. */
  readonly #exactVolumes = new Map<number, string>();
  #room = FIRST_ROOM;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes all bars of a symbol, in the order of time, behind those of the symbols before it. */
  add(symbol: string, bars: Iterable<ArchivedBar>): void {
    const from = this.#length;
    for (const bar of bars) this.#append(bar);
    if (this.#length > from) this.runs.push({ symbol, columns: this, from, to: this.#length });
  }

  number(name: NumberColumn, at: number): number {
    return this.#numbers.get(name)?.[at] ?? Number.NaN;
  }

  session(at: number): string {
    return this.#sessions[at] ?? '';
  }

  isFinal(at: number): boolean {
    return this.#finals[at] === true;
  }

  /** The volume's own digits, where the number has others. */
  exactVolume(at: number): string | undefined {
    return this.#exactVolumes.get(at);
  }

  #append(bar: ArchivedBar): void {
    const at = this.#length++;
    if (at === this.#room) this.#grow();
    const volume = Number(bar.volume);
    for (const name of numbers) {
      const value = name === 'volume' ? volume : (bar[name] ?? Number.NaN);
      const column = this.#numbers.get(name);
      if (column) column[at] = value;
    }
    this.#sessions.push(bar.session);
    this.#finals.push(bar.final);
    if (String(volume) !== bar.volume) this.#exactVolumes.set(at, bar.volume);
  }

  #grow(): void {
    this.#room *= 2;
    for (const [name, column] of this.#numbers) {
      const larger = new Float64Array(this.#room);
      larger.set(column);
      this.#numbers.set(name, larger);
    }
  }
}

/** The runs of many columns in the order of their symbols, as texts compare: a symbol has one run. */
export function inOrder(columns: readonly BarColumns[]): Run[] {
  return columns
    .flatMap(({ runs }) => runs)
    .sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
}
