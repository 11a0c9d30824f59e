/** Fills gaps: fetches what was missed, declares what cannot be had, and goes on trying for that. */
import { setTimeout as wallSleep } from 'node:timers/promises';
import { slotOf } from '../bars/slot.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { History } from './history.ts';
import type { Declaration } from './minutes-stream.ts';
import type { Gap } from './observation.ts';
import type { Subscription } from './subscription.ts';

/** Between two tries for what was declared uncovered, in ms of wall time. */
const RETRY_EVERY = 300_000;
/** The roll-up takes no minute that is older (ms of event time). */
const TOO_LATE = 6 * 24 * 3_600_000;

export interface RecoveryOptions {
  readonly clock: Clock;
  readonly history: Pick<History, 'symbols'>;
  readonly backfill: Backfill;
  readonly subscription: Pick<Subscription, 'symbols' | 'slots'>;
  readonly declare: (declaration: Declaration) => void;
  /** Resolves when more may be declared. @throws the signal's reason */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** When (event time, epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
  readonly logger: Logger;
  /** Waits until the next try for what is missing. @throws the signal's reason. @default five minutes */
  readonly untilRetry?: (signal: AbortSignal) => Promise<void>;
}

/** Marks that are made at once. */
const PORTION = 5_000;

/** What could not be had of one gap. */
interface Missing {
  readonly gap: Gap;
  /** Slots declared as a whole, with the symbols that are missing there; unknown when nobody tells which there are. */
  readonly slots: Map<number, string[] | undefined>;
  /** Symbols declared one by one. */
  readonly symbols: Set<string>;
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
  #missing: Missing[] = [];

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Gaps that are being filled: epoch ms, and symbols that are still to be asked for. */
  get underWay(): readonly Readonly<Progress>[] {
    return [...this.#underWay];
  }

  /** Minutes declared uncovered, for all or some symbols, that are still tried for. */
  get missingMinutes(): number {
    return new Set(this.#missing.flatMap(({ gap }) => gap.minutes)).size;
  }

  /**
   * Fetches the gap, and declares what cannot be had.
   * @returns how many of its minutes are uncovered for somebody
   * @throws the signal's reason
   */
  async fill(gap: Gap, signal: AbortSignal): Promise<number> {
    const { clock, logger } = this.#options;
    const progress: Progress = { from: gap.from, to: gap.to, symbols: 0, remaining: 0 };
    this.#underWay.add(progress);
    try {
      await clock.until(this.#options.knownAt(gap.to), signal);
      const symbols = await this.symbols(signal);
      progress.symbols = progress.remaining = symbols?.length ?? 0;
      const done = () => progress.remaining--;
      const range = { from: gap.from - LEAD, to: gap.to };
      const missing = symbols && (await this.#options.backfill.fetch(symbols, range, signal, done));
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
    const { subscription } = this.#options;
    await this.#tell({ gap, slots: subscription.slots, symbols: [], covered: false }, signal);
    return gap.minutes.length;
  }

  /** Tries now and then for what is missing, until the signal aborts. */
  async retry(signal: AbortSignal): Promise<void> {
    const { untilRetry = waitForRetry, clock } = this.#options;
    while (!signal.aborted) {
      try {
        await untilRetry(signal);
        this.#missing = this.#missing.filter(({ gap }) => gap.to > clock.now() - TOO_LATE);
        for (const missing of [...this.#missing]) {
          if (await this.#tryAgain(missing, signal))
            this.#missing = this.#missing.filter(each => each !== missing);
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** @returns whether nothing of it is missing any more */
  async #tryAgain({ gap, slots, symbols }: Missing, signal: AbortSignal): Promise<boolean> {
    const { backfill, logger } = this.#options;
    const known = [...slots.values()].includes(undefined) ? await this.symbols(signal) : [];
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
      await this.#tell({ gap, slots: filledSlots, symbols: filledSymbols, covered: true }, signal);
      logger.info('minutes declared uncovered came after all', {
        from: new Date(gap.from).toISOString(),
        to: new Date(gap.to).toISOString(),
        symbols: asked.length - failed.size,
      });
    }
    return slots.size + symbols.size === 0;
  }

  /** A slot is declared as a whole when nothing of it came, else symbol by symbol. */
  async #declare(
    gap: Gap,
    symbols: readonly string[] | undefined,
    missing: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const { subscription } = this.#options;
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
    await this.#tell({ gap, slots: [...slots.keys()], symbols: [...alone], covered: false }, signal);
    this.#missing.push({ gap, slots, symbols: alone });
    return gap.minutes.length;
  }

  /** Declares in portions: a week of minutes of thousands of symbols must not be held all at once. */
  async #tell(
    {
      gap: { minutes },
      ...of
    }: { gap: Gap; slots: readonly number[]; symbols: readonly string[]; covered: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { declare, room } = this.#options;
    const portion = Math.max(1, Math.floor(PORTION / (of.slots.length + of.symbols.length)));
    for (let start = 0; start < minutes.length; start += portion) {
      await room(signal);
      declare({ minutes: minutes.slice(start, start + portion), ...of });
    }
  }

  /** What is subscribed to; undefined when nobody tells. @throws the signal's reason */
  async symbols(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const { subscription, history, logger } = this.#options;
    if (subscription.symbols !== '*') return subscription.symbols;
    try {
      return await history.symbols(signal);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn('the symbols of the market could not be had', { cause: String(error) });
      return undefined;
    }
  }
}

async function waitForRetry(signal: AbortSignal): Promise<void> {
  await wallSleep(RETRY_EVERY, undefined, { signal });
}
