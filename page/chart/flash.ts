/** Lights up what was revised, once: fading, or steady for a moment where people do not want motion. */

/** ms until it is gone. */
const LASTS = 1_600;

export class Flash {
  readonly #redraw: () => void;
  readonly #isStill: () => boolean;
  /** By the bar's start: when it was lit, by the page's clock. */
  readonly #lit = new Map<number, number>();
  #frame: number | undefined;

  /** @param isStill whether motion is unwanted */
  constructor(redraw: () => void, isStill: () => boolean) {
    this.#redraw = redraw;
    this.#isStill = isStill;
  }

  light(starts: Iterable<number>): void {
    for (const start of starts) this.#lit.set(start, performance.now());
    this.#frame ??= requestAnimationFrame(() => this.#step());
  }

  /** How strongly the bar is lit, 0 to 1. */
  strengthOf(start: number): number {
    const since = this.#lit.get(start);
    if (since === undefined) return 0;
    return this.#isStill() ? 1 : Math.max(0, 1 - (performance.now() - since) / LASTS);
  }

  get starts(): Iterable<number> {
    return this.#lit.keys();
  }

  #step(): void {
    const now = performance.now();
    for (const [start, since] of this.#lit) if (now - since >= LASTS) this.#lit.delete(start);
    this.#redraw();
    this.#frame = this.#lit.size > 0 ? requestAnimationFrame(() => this.#step()) : undefined;
  }
}
