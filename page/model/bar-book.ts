/** The bars and gaps of one symbol and timeframe as far as they are known: of each window the highest version. */
import type { Bar, Gap } from '../api/types.ts';

/** What an answer changed. */
export interface Changes {
  /** Anything at all. */
  readonly any: boolean;
  /** Finished bars that say something else now. */
  readonly revised: readonly Bar[];
}

const NONE: Changes = { any: false, revised: [] };

export class BarBook {
  readonly #bars = new Map<number, Bar>();
  #sorted: readonly Bar[] | undefined;
  #gaps: readonly Gap[] = [];

  /** By start, oldest first. */
  get bars(): readonly Bar[] {
    this.#sorted ??= [...this.#bars.values()].sort((a, b) => a.start - b.start);
    return this.#sorted;
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /**
   * Takes bars in any order, older ones than it has among them.
   * @param gaps all there are from the answer's oldest bar on, or before its newest in a page of older ones
   * @param before the answer ends there: what is known of later gaps stays. @default it reaches to the present
   */
  take(bars: readonly Bar[], gaps: readonly Gap[], before = Number.POSITIVE_INFINITY): Changes {
    const revised: Bar[] = [];
    let isChanged = false;
    for (const bar of bars) {
      const known = this.#bars.get(bar.start);
      if (known && !isNewer(bar, known)) continue;
      this.#bars.set(bar.start, bar);
      isChanged = true;
      if (known?.final && saysElse(bar, known)) revised.push(bar);
    }
    if (isChanged) this.#sorted = undefined;
    if (this.#takeGaps(bars, gaps, before)) isChanged = true;
    return isChanged ? { any: true, revised } : NONE;
  }

  #takeGaps(bars: readonly Bar[], gaps: readonly Gap[], before: number): boolean {
    const from = Math.min(...bars.map(({ start }) => start), ...gaps.map(({ start }) => start));
    const kept = this.#gaps.filter(({ start, end }) => end <= from || start >= before);
    const next = [...kept, ...gaps].sort((a, b) => a.start - b.start);
    const isSame =
      next.length === this.#gaps.length &&
      next.every(({ start, end }, n) => start === this.#gaps[n]?.start && end === this.#gaps[n]?.end);
    if (isSame) return false;
    this.#gaps = next;
    return true;
  }
}

function isNewer(bar: Bar, known: Bar): boolean {
  return bar.version > known.version || (bar.version === known.version && bar.final && !known.final);
}

function saysElse(bar: Bar, known: Bar): boolean {
  const shown = ['open', 'high', 'low', 'close', 'volume', 'vwap', 'uncovered'] as const;
  return shown.some(name => bar[name] !== known[name]);
}
