/** Remembers what was declared uncovered, beyond the life of the process, and goes on trying for it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wallSleep } from 'node:timers/promises';
import { slotOf } from '../../bars/slot.ts';
import { MINUTE } from '../../bars/timeframe.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Universe } from '../symbols/universe.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Declarer } from './declarer.ts';
import type { MissingTable } from './missing-table.ts';

/** Between two tries, in ms of wall time. */
const RETRY_EVERY = 300_000;
/** The roll-up takes no minute that is older (ms of event time). */
const TOO_LATE = 6 * 24 * 3_600_000;

export interface MissingOptions {
  readonly clock: Clock;
  readonly table: Pick<MissingTable, 'load' | 'save' | 'remove'>;
  readonly universe: Universe;
  readonly backfill: Backfill;
  readonly declarer: Declarer;
  readonly logger: Logger;
  /** Waits until the next try. @throws the signal's reason. @default five minutes */
  readonly untilRetry?: (signal: AbortSignal) => Promise<void>;
}

/** What could not be had of one gap. */
export interface MissingPart {
  /** Starts (epoch ms), ascending; at least one. */
  readonly minutes: readonly number[];
  /** Slots declared as a whole, with the symbols that are missing there; unknown when nobody tells which there are. */
  readonly slots: ReadonlyMap<number, readonly string[] | undefined>;
  /** Symbols declared one by one. */
  readonly symbols: ReadonlySet<string>;
}

export class Missing {
  readonly #options: MissingOptions;
  readonly #parts = new Map<string, MissingPart>();
  /** Names of parts that the table does not hold as they are. */
  readonly #unsaved = new Set<string>();
  #isLoaded = false;

  constructor(options: MissingOptions) {
    this.#options = options;
  }

  /** How many minutes are uncovered, for all or some symbols, and still tried for. */
  get minutes(): number {
    return new Set([...this.#parts.values()].flatMap(({ minutes }) => minutes)).size;
  }

  /** Another may have gone on with it meanwhile: what is missing is what the table says. */
  forget(): void {
    this.#parts.clear();
    this.#unsaved.clear();
    this.#isLoaded = false;
  }

  /**
   * To be called before the part is declared: whoever comes after a crash then finds it. A table that does not answer does
   * not keep it from being declared.
   * @returns tries for it at once. @throws the signal's reason
   */
  async add(part: MissingPart): Promise<(signal: AbortSignal) => Promise<void>> {
    const name = randomUUID();
    this.#parts.set(name, part);
    this.#unsaved.add(name);
    await this.#save(name, part);
    return signal => this.#look(name, part, signal);
  }

  /** Tries now and then for what is missing, until the signal aborts. */
  async retry(signal: AbortSignal): Promise<void> {
    const { untilRetry = waitForRetry } = this.#options;
    try {
      await this.#load();
      while (!signal.aborted) {
        await untilRetry(signal);
        await this.#load();
        for (const [name, part] of [...this.#parts]) await this.#look(name, part, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #look(name: string, part: MissingPart, signal: AbortSignal): Promise<void> {
    const isTooLate = (part.minutes.at(-1) ?? 0) + MINUTE <= this.#options.clock.now() - TOO_LATE;
    const left = isTooLate ? undefined : await this.#tryAgain(part, signal);
    if (left === undefined) {
      this.#parts.delete(name);
      this.#unsaved.delete(name);
      await this.#attempt('removed from', () => this.#options.table.remove(name));
    } else if (left !== part || this.#unsaved.has(name)) {
      this.#parts.set(name, left);
      this.#unsaved.add(name);
      await this.#save(name, left);
    }
  }

  /** @returns what is still missing: the same part when nothing came, undefined when everything did */
  async #tryAgain(part: MissingPart, signal: AbortSignal): Promise<MissingPart | undefined> {
    const { universe, backfill, declarer, logger } = this.#options;
    const { minutes, symbols } = part;
    const known = [...part.slots.values()].includes(undefined) ? await universe.symbols(signal) : [];
    if (!known) return part;
    const slots = new Map(
      [...part.slots].map(([slot, wanted]) => [
        slot,
        wanted ?? known.filter(symbol => slotOf(symbol) === slot),
      ]),
    );
    const asked = [...symbols, ...[...slots.values()].flat()];
    const [from = 0, to = 0] = [minutes.at(0), minutes.at(-1)];
    const failed = new Set(await backfill.fetch(asked, { from: from - LEAD, to: to + MINUTE }, signal));
    if (asked.length > 0 && failed.size === asked.length) return part;
    const left = {
      minutes,
      slots: new Map(
        [...slots]
          .map(([slot, wanted]) => [slot, wanted.filter(symbol => failed.has(symbol))] as const)
          .filter(([, wanted]) => wanted.length > 0),
      ),
      symbols: new Set([...symbols].filter(symbol => failed.has(symbol))),
    };
    await declarer.tell(
      {
        minutes,
        slots: [...slots.keys()].filter(slot => !left.slots.has(slot)),
        symbols: [...symbols].filter(symbol => !left.symbols.has(symbol)),
        covered: true,
      },
      signal,
    );
    logger.info('minutes declared uncovered came after all', {
      from: new Date(from).toISOString(),
      to: new Date(to + MINUTE).toISOString(),
      symbols: asked.length - failed.size,
    });
    return left.slots.size + left.symbols.size === 0 ? undefined : left;
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    await this.#attempt('read from', async () => {
      const saved = await this.#options.table.load();
      for (const [name, part] of saved) if (!this.#parts.has(name)) this.#parts.set(name, part);
      this.#isLoaded = true;
    });
  }

  async #save(name: string, part: MissingPart): Promise<void> {
    await this.#attempt('written to', async () => {
      await this.#options.table.save(name, part);
      this.#unsaved.delete(name);
    });
  }

  async #attempt(what: string, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#options.logger.warn(`what is missing cannot be ${what} the table`, { cause: String(error) });
    }
  }
}

async function waitForRetry(signal: AbortSignal): Promise<void> {
  await wallSleep(RETRY_EVERY, undefined, { signal });
}
