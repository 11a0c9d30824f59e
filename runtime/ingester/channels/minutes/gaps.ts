/** Fills gaps: fetches what was missed, and declares what cannot be had. */

import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { slotOf } from '../../../records/slot.ts';
import type { CatchingUp } from '../../../tables/lease/lease-table.ts';
import type { MissingPart } from '../../../tables/lease/missing-table.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import type { Universe } from '../../symbols/universe.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Declarer } from './declarer.ts';
import { partsOf } from './missing-part.ts';
import type { Missing } from './uncovered.ts';

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
  #ended = Promise.withResolvers<void>();

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
      from: all.reduce((earliest, { from }) => Math.min(earliest, from), Number.POSITIVE_INFINITY),
      symbols: sum(({ symbols }) => symbols),
      remaining: sum(({ remaining }) => remaining),
    };
  }

  /** Resolves when no gap is being filled, or those that were have been given up. @throws the signal's reason */
  async idle(signal: AbortSignal): Promise<void> {
    while (this.#underWay.size > 0) await this.#ended.promise;
    signal.throwIfAborted();
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
      const wanted = { from: gap.from - LEAD, to: gap.to, minutes: gap.minutes };
      const lost = symbols && (await backfill.fetch(symbols, wanted, signal, done));
      const parts = symbols && lost ? partsOf(lost, symbols) : [this.#allOf(gap)];
      for (const part of parts) await this.#options.missing.declare(part, signal);
      const uncovered = new Set(parts.flatMap(({ minutes }) => minutes)).size;
      const span = { from: new Date(gap.from).toISOString(), to: new Date(gap.to).toISOString() };
      if (uncovered > 0)
        logger.warn('minutes that could not be had are declared uncovered', {
          ...span,
          minutes: uncovered,
          symbols: lost?.reduce((sum, { symbols: of }) => sum + of.length, 0) ?? 'all',
        });
      else logger.info('a gap is filled', { ...span, symbols: symbols?.length });
      return uncovered;
    } finally {
      this.#underWay.delete(progress);
      this.#ended.resolve();
      this.#ended = Promise.withResolvers();
    }
  }

  /** Declares the whole gap uncovered without asking anybody. @returns how many minutes that are */
  async giveUp(gap: Stretch, signal: AbortSignal): Promise<number> {
    const { subscription, declarer } = this.#options;
    const { minutes, slots = subscription.slots } = gap;
    await declarer.tell({ minutes, slots, symbols: [], covered: false }, signal);
    return minutes.length;
  }

  /** Where nobody tells which symbols there are. */
  #allOf({ minutes, slots = this.#options.subscription.slots }: Stretch): MissingPart {
    return { minutes, slots: new Map(slots.map(slot => [slot, undefined])), symbols: new Set() };
  }
}
