/** Remembers what was declared uncovered, and goes on trying for it. */
import { setTimeout as wallSleep } from 'node:timers/promises';
import { slotOf } from '../bars/slot.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Declarer } from './declarer.ts';
import type { Gap } from './observation.ts';
import type { Universe } from './universe.ts';

/** Between two tries, in ms of wall time. */
const RETRY_EVERY = 300_000;
/** The roll-up takes no minute that is older (ms of event time). */
const TOO_LATE = 6 * 24 * 3_600_000;

export interface MissingOptions {
  readonly clock: Clock;
  readonly universe: Universe;
  readonly backfill: Backfill;
  readonly declarer: Declarer;
  readonly logger: Logger;
  /** Waits until the next try. @throws the signal's reason. @default five minutes */
  readonly untilRetry?: (signal: AbortSignal) => Promise<void>;
}

/** What could not be had of one gap. */
export interface MissingPart {
  readonly gap: Gap;
  /** Slots declared as a whole, with the symbols that are missing there; unknown when nobody tells which there are. */
  readonly slots: Map<number, readonly string[] | undefined>;
  /** Symbols declared one by one. */
  readonly symbols: Set<string>;
}

export class Missing {
  readonly #options: MissingOptions;
  #parts: readonly MissingPart[] = [];

  constructor(options: MissingOptions) {
    this.#options = options;
  }

  /** How many minutes are uncovered, for all or some symbols, and still tried for. */
  get minutes(): number {
    return new Set(this.#parts.flatMap(({ gap }) => gap.minutes)).size;
  }

  add(part: MissingPart): void {
    this.#parts = [...this.#parts, part];
  }

  /** Tries now and then for what is missing, until the signal aborts. */
  async retry(signal: AbortSignal): Promise<void> {
    const { untilRetry = waitForRetry, clock } = this.#options;
    while (!signal.aborted) {
      try {
        await untilRetry(signal);
        this.#parts = this.#parts.filter(({ gap }) => gap.to > clock.now() - TOO_LATE);
        for (const part of this.#parts)
          if (await this.#tryAgain(part, signal)) this.#parts = this.#parts.filter(each => each !== part);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** @returns whether nothing of it is missing any more */
  async #tryAgain({ gap, slots, symbols }: MissingPart, signal: AbortSignal): Promise<boolean> {
    const { universe, backfill, declarer, logger } = this.#options;
    const known = [...slots.values()].includes(undefined) ? await universe.symbols(signal) : [];
    if (!known) return false;
    for (const [slot, wanted] of slots)
      if (!wanted)
        slots.set(
          slot,
          known.filter(symbol => slotOf(symbol) === slot),
        );
    const asked = [...symbols, ...[...slots.values()].flatMap(wanted => wanted ?? [])];
    const range = { from: gap.from - LEAD, to: gap.to };
    const failed = new Set(await backfill.fetch(asked, range, signal));
    const filledSymbols = [...symbols].filter(symbol => !failed.has(symbol));
    const filledSlots: number[] = [];
    for (const [slot, wanted = []] of slots) {
      const left = wanted.filter(symbol => failed.has(symbol));
      slots.set(slot, left);
      if (left.length === 0) filledSlots.push(slot);
    }
    for (const symbol of filledSymbols) symbols.delete(symbol);
    for (const slot of filledSlots) slots.delete(slot);
    if (filledSlots.length + filledSymbols.length > 0) {
      await declarer.tell(
        { minutes: gap.minutes, slots: filledSlots, symbols: filledSymbols, covered: true },
        signal,
      );
      logger.info('minutes declared uncovered came after all', {
        from: new Date(gap.from).toISOString(),
        to: new Date(gap.to).toISOString(),
        symbols: asked.length - failed.size,
      });
    }
    return slots.size + symbols.size === 0;
  }
}

async function waitForRetry(signal: AbortSignal): Promise<void> {
  await wallSleep(RETRY_EVERY, undefined, { signal });
}
