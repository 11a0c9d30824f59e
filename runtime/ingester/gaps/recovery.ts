/** Fills gaps: fetches what was missed, and declares what cannot be had. */
import { slotOf } from '../../bars/slot.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CatchingUp } from '../lease/lease-table.ts';
import type { Subscription } from '../symbols/subscription.ts';
import type { Universe } from '../symbols/universe.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Declarer } from './declarer.ts';
import type { Missing } from './missing.ts';

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

/** Minutes of `[from, to)`, epoch ms, that are to be fetched. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Starts, ascending; at least one. */
  readonly minutes: readonly number[];
  /** @default every slot of the subscription */
  readonly slots?: readonly number[];
}

/** A stretch at work. */
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

  /** All of them at a glance; undefined when there is none. */
  get catchingUp(): CatchingUp | undefined {
    if (this.#underWay.size === 0) return undefined;
    const all = [...this.#underWay];
    const sum = (of: (progress: Progress) => number) =>
      all.reduce((total, progress) => total + of(progress), 0);
    return {
      from: Math.min(...all.map(({ from }) => from)),
      symbols: sum(({ symbols }) => symbols),
      remaining: sum(({ remaining }) => remaining),
    };
  }

  /**
   * Fetches the stretch, and declares what cannot be had.
   * @returns how many of its minutes are uncovered for somebody
   * @throws the signal's reason
   */
  async fill(gap: Stretch, signal: AbortSignal): Promise<number> {
    const { clock, universe, backfill, logger } = this.#options;
    const progress: Progress = { from: gap.from, to: gap.to, symbols: 0, remaining: 0 };
    this.#underWay.add(progress);
    try {
      await clock.until(this.#options.knownAt(gap.to), signal);
      const symbols = (await universe.symbols(signal))?.filter(
        symbol => gap.slots?.includes(slotOf(symbol)) ?? true,
      );
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
  async giveUp(gap: Stretch, signal: AbortSignal): Promise<number> {
    const { subscription, declarer } = this.#options;
    const { minutes, slots = subscription.slots } = gap;
    await declarer.tell({ minutes, slots, symbols: [], covered: false }, signal);
    return minutes.length;
  }

  /** A slot is declared as a whole when nothing of it came, else symbol by symbol. */
  async #declare(
    { minutes, slots: of = this.#options.subscription.slots }: Stretch,
    symbols: readonly string[] | undefined,
    missing: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const { declarer } = this.#options;
    if (missing?.length === 0) return 0;
    const all = symbols && Map.groupBy(symbols, slotOf);
    const slots = new Map<number, string[] | undefined>();
    const alone = new Set<string>();
    if (!missing || !all) for (const slot of of) slots.set(slot, undefined);
    else
      for (const [slot, lost] of Map.groupBy(missing, slotOf)) {
        if (lost.length === all.get(slot)?.length) slots.set(slot, lost);
        else for (const symbol of lost) alone.add(symbol);
      }
    await this.#options.missing.add({ minutes, slots, symbols: alone });
    await declarer.tell({ minutes, slots: [...slots.keys()], symbols: [...alone], covered: false }, signal);
    return minutes.length;
  }
}
