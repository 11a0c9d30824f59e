/** Fills gaps: fetches what was missed, or what had to be let go, and declares what cannot be had. */
import { MINUTE } from '../../../markets/timeframe.ts';

import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { slotOf } from '../../../records/slot.ts';
import type { CatchingUp } from '../../../tables/lease/lease-table.ts';
import type { MissingPart } from '../../../tables/lease/missing-table.ts';
import type { MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import type { Universe } from '../../symbols/universe.ts';
import { type Backfill, LEAD } from './backfill.ts';
import { type DeclaringSink, declareInPortions, partsOf, type Uncovered } from './uncovered.ts';

export interface GapFillerOptions {
  readonly clock: Clock;
  readonly universe: Universe;
  readonly backfill: Backfill;
  readonly subscription: Pick<Subscription, 'slots'>;
  readonly sink: DeclaringSink;
  /** Takes what could not be had. */
  readonly uncovered: Uncovered;
  readonly underWay: GapsUnderWay;
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

/** The gaps that are being filled. */
export class GapsUnderWay {
  readonly #all = new Set<Progress>();
  #ended = Promise.withResolvers<void>();

  /** Epoch ms, and symbols that are still to be asked for. */
  get all(): readonly Readonly<Progress>[] {
    return [...this.#all];
  }

  /** All of them at a glance; undefined when there is none. */
  get catchingUp(): CatchingUp | undefined {
    if (this.#all.size === 0) return undefined;
    const sum = (of: (progress: Progress) => number) =>
      this.all.reduce((total, progress) => total + of(progress), 0);
    return {
      from: this.all.reduce((earliest, { from }) => Math.min(earliest, from), Number.POSITIVE_INFINITY),
      symbols: sum(({ symbols }) => symbols),
      remaining: sum(({ remaining }) => remaining),
    };
  }

  /** Resolves when no gap is being filled, or those that were have been given up. @throws the signal's reason */
  async idle(signal: AbortSignal): Promise<void> {
    while (this.#all.size > 0) await this.#ended.promise;
    signal.throwIfAborted();
  }

  begin({ from, to }: Stretch): Progress {
    const progress = { from, to, symbols: 0, remaining: 0 };
    this.#all.add(progress);
    return progress;
  }

  end(progress: Progress): void {
    this.#all.delete(progress);
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
  }
}

export class GapFiller {
  readonly #options: GapFillerOptions;

  constructor(options: GapFillerOptions) {
    this.#options = options;
  }

  /**
   * Fetches the stretch, and declares what cannot be had.
   * @returns how many of its minutes are uncovered for somebody
   * @throws the signal's reason
   */
  async fill(gap: Stretch, signal: AbortSignal): Promise<number> {
    const { clock, universe, backfill, uncovered, underWay, logger } = this.#options;
    const progress = underWay.begin(gap);
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
      for (const part of parts) await uncovered.declare(part, signal);
      const lacking = new Set(parts.flatMap(({ minutes }) => minutes)).size;
      const span = { from: new Date(gap.from).toISOString(), to: new Date(gap.to).toISOString() };
      if (lacking > 0)
        logger.warn('minutes that could not be had are declared uncovered', {
          ...span,
          minutes: lacking,
          symbols: lost?.reduce((sum, { symbols: of }) => sum + of.length, 0) ?? 'all',
        });
      else logger.info('a gap is filled', { ...span, symbols: symbols?.length });
      return lacking;
    } finally {
      underWay.end(progress);
    }
  }

  /** Declares the whole gap uncovered without asking anybody. @returns how many minutes that are */
  async giveUp(gap: Stretch, signal: AbortSignal): Promise<number> {
    const { subscription, sink } = this.#options;
    const { minutes, slots = subscription.slots } = gap;
    await declareInPortions(sink, { minutes, slots, symbols: [], covered: false }, signal);
    return minutes.length;
  }

  /** Where nobody tells which symbols there are. */
  #allOf({ minutes, slots = this.#options.subscription.slots }: Stretch): MissingPart {
    return { minutes, slots: new Map(slots.map(slot => [slot, undefined])), symbols: new Set() };
  }
}

export interface OverflowRefillOptions {
  readonly sink: Pick<MinutesStream, 'untilLetGo' | 'untilCalm' | 'takeLetGo' | 'restored'>;
  readonly gaps: Pick<GapFiller, 'fill'>;
  /** Told how many minutes had to be declared uncovered after all. */
  readonly onUncovered: (minutes: number) => void;
}

/** Fetches what had to be let go because memory and disk were full, once little is held again. */
export class OverflowRefill {
  readonly #options: OverflowRefillOptions;

  constructor(options: OverflowRefillOptions) {
    this.#options = options;
  }

  /** Works until the signal aborts; what is let go then has no watermark, so that it is a gap for whoever goes on. */
  async run(signal: AbortSignal): Promise<void> {
    const { sink } = this.#options;
    try {
      for (;;) {
        await sink.untilLetGo(signal);
        await sink.untilCalm(signal);
        await this.#refill(signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #refill(signal: AbortSignal): Promise<void> {
    const { sink, gaps, onUncovered } = this.#options;
    for (const { minutes, slots } of sink.takeLetGo()) {
      const [from = 0, last = 0] = [minutes.at(0), minutes.at(-1)];
      onUncovered(await gaps.fill({ from, to: last + MINUTE, minutes, slots }, signal));
      sink.restored(slots);
    }
  }
}
