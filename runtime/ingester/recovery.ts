/** Fills gaps: fetches what was missed, and declares what cannot be had. */
import { slotOf } from '../bars/slot.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Declarer } from './declarer.ts';
import type { Missing } from './missing.ts';
import type { Gap } from './observation.ts';
import type { Subscription } from './subscription.ts';
import type { Universe } from './universe.ts';

export interface RecoveryOptions {
  readonly clock: Clock;
  readonly universe: Universe;
  readonly backfill: Backfill;
  readonly subscription: Pick<Subscription, 'slots'>;
  readonly declarer: Declarer;
  /** Takes what could not be had. */
  readonly missing: Missing;
  /** When (event time, epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
  readonly logger: Logger;
}

/** A gap at work. */
interface Progress {
  readonly from: number;
  readonly to: number;
  symbols: number;
  remaining: number;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #underWay = new Set<Progress>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Gaps that are being filled: epoch ms, and symbols that are still to be asked for. */
  get underWay(): readonly Readonly<Progress>[] {
    return [...this.#underWay];
  }

  /**
   * Fetches the gap, and declares what cannot be had.
   * @returns how many of its minutes are uncovered for somebody
   * @throws the signal's reason
   */
  async fill(gap: Gap, signal: AbortSignal): Promise<number> {
    const { clock, universe, backfill, logger } = this.#options;
    const progress: Progress = { from: gap.from, to: gap.to, symbols: 0, remaining: 0 };
    this.#underWay.add(progress);
    try {
      await clock.until(this.#options.knownAt(gap.to), signal);
      const symbols = await universe.symbols(signal);
      progress.symbols = progress.remaining = symbols?.length ?? 0;
      const done = () => progress.remaining--;
      const range = { from: gap.from - LEAD, to: gap.to };
      const missing = symbols && (await backfill.fetch(symbols, range, signal, done));
      const uncovered = await this.#declare(gap, symbols, missing, signal);
      const span = { from: new Date(gap.from).toISOString(), to: new Date(gap.to).toISOString() };
      if (uncovered > 0)
        logger.warn('minutes that could not be had are declared uncovered', {
          ...span,
          minutes: uncovered,
          symbols: missing?.length ?? 'all',
        });
      else logger.info('a gap is filled', { ...span, symbols: symbols?.length });
      return uncovered;
    } finally {
      this.#underWay.delete(progress);
    }
  }

  /** Declares the whole gap uncovered without asking anybody. @returns how many minutes that are */
  async giveUp(gap: Gap, signal: AbortSignal): Promise<number> {
    const { subscription, declarer } = this.#options;
    const { minutes } = gap;
    await declarer.tell({ minutes, slots: subscription.slots, symbols: [], covered: false }, signal);
    return minutes.length;
  }

  /** A slot is declared as a whole when nothing of it came, else symbol by symbol. */
  async #declare(
    gap: Gap,
    symbols: readonly string[] | undefined,
    missing: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const { subscription, declarer } = this.#options;
    if (missing?.length === 0) return 0;
    const all = symbols && Map.groupBy(symbols, slotOf);
    const slots = new Map<number, string[] | undefined>();
    const alone = new Set<string>();
    if (!missing || !all) for (const slot of subscription.slots) slots.set(slot, undefined);
    else
      for (const [slot, lost] of Map.groupBy(missing, slotOf)) {
        if (lost.length === all.get(slot)?.length) slots.set(slot, lost);
        else for (const symbol of lost) alone.add(symbol);
      }
    const { minutes } = gap;
    await declarer.tell({ minutes, slots: [...slots.keys()], symbols: [...alone], covered: false }, signal);
    this.#options.missing.add({ gap, slots, symbols: alone });
    return minutes.length;
  }
}
