/** Declares minutes uncovered that could not be had, remembers them beyond the life of the process, and goes on trying for them. */
import { randomUUID } from 'node:crypto';
import { MINUTE } from '../../../markets/timeframe.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Time } from '../../../platform/time.ts';
import { slotOf } from '../../../records/slot.ts';
import type { MissingPart, MissingTable } from '../../../tables/lease/missing-table.ts';
import type { Declaration, MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import type { Universe } from '../../symbols/universe.ts';
import { type Backfill, LEAD, type Shortfall } from './backfill.ts';

/** Between two tries, in ms of wall time. */
const RETRY_EVERY = 300_000;
/** The roll-up takes no minute that is older (ms of event time). */
const TOO_LATE = 6 * 24 * 3_600_000;
/** So many parts in a row of which nothing came. */
const HOPELESS = 20;
/** Marks that are made at once: a week of minutes of thousands of symbols must not be held all together. */
const PORTION = 5_000;

export interface UncoveredOptions {
  readonly clock: Clock;
  readonly table: Pick<MissingTable, 'load' | 'save' | 'remove'>;
  readonly universe: Universe;
  readonly backfill: Backfill;
  readonly sink: DeclaringSink;
  /** Told of minutes (starts) that stay uncovered, for nobody goes on trying for them. */
  readonly onGivenUp: (minutes: readonly number[]) => void;
  readonly time: Time;
  readonly logger: Logger;
}

/** Takes marks, and says when it is not busy. */
export type DeclaringSink = Pick<MinutesStream, 'declare' | 'untilCalm'>;

export class Uncovered {
  readonly #options: UncoveredOptions;
  readonly #parts = new Map<string, MissingPart>();
  /** Names of parts that the table does not hold as they are. */
  readonly #unsaved = new Set<string>();
  #isLoaded = false;

  constructor(options: UncoveredOptions) {
    this.#options = options;
  }

  /** How many minutes are uncovered, for all or some symbols, and still tried for. */
  get minutes(): number {
    return this.#missing.size;
  }

  /** Their starts; undefined until the table has told what was left by others. */
  get missing(): ReadonlySet<number> | undefined {
    return this.#isLoaded ? this.#missing : undefined;
  }

  get #missing(): ReadonlySet<number> {
    return new Set([...this.#parts.values()].flatMap(({ minutes }) => minutes));
  }

  /** Another may have gone on with it meanwhile: what is missing is what the table says. */
  forget(): void {
    this.#parts.clear();
    this.#unsaved.clear();
    this.#isLoaded = false;
  }

  /** Whether the minute (its start) of the symbol is declared and tried for. */
  has(symbol: string, minute: number): boolean {
    const slot = slotOf(symbol);
    return [...this.#parts.values()].some(
      ({ minutes, slots, symbols }) => (symbols.has(symbol) || slots.has(slot)) && minutes.includes(minute),
    );
  }

  /**
   * Remembers the part, so that whoever comes after a crash finds it, and then declares it uncovered. A table that does not
   * answer does not keep it from being declared.
   * @returns tries for it at once. @throws the signal's reason
   */
  async declare(part: MissingPart, signal: AbortSignal): Promise<(signal: AbortSignal) => Promise<unknown>> {
    const name = await this.#add(part);
    const { minutes, slots, symbols } = part;
    const declaration = { minutes, slots: [...slots.keys()], symbols: [...symbols], covered: false };
    await declareInPortions(this.#options.sink, declaration, signal);
    return later => this.#look(name, part, later);
  }

  /** Tries now and then for what is missing, until the signal aborts. */
  async retry(signal: AbortSignal): Promise<void> {
    try {
      await this.#load();
      while (!signal.aborted) {
        await this.#options.time.sleep(RETRY_EVERY, signal, 'retry');
        await this.#load();
        await this.#lookAtAll(signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Where nothing of many comes, the vendor is down, and the rest need not be tried now. */
  async #lookAtAll(signal: AbortSignal): Promise<void> {
    let inVain = 0;
    for (const [name, part] of [...this.#parts]) {
      if (inVain >= HOPELESS) return;
      inVain = (await this.#look(name, part, signal)) ? 0 : inVain + 1;
    }
  }

  async #add(part: MissingPart): Promise<string> {
    const name = randomUUID();
    this.#parts.set(name, part);
    this.#unsaved.add(name);
    await this.#save(name, part);
    return name;
  }

  /** @returns whether something came, or nothing more is to come */
  async #look(name: string, part: MissingPart, signal: AbortSignal): Promise<boolean> {
    const isTooLate = (part.minutes.at(-1) ?? 0) + MINUTE <= this.#options.clock.now() - TOO_LATE;
    if (isTooLate) this.#options.onGivenUp(part.minutes);
    const left = isTooLate ? [] : await this.#tryAgain(part, signal);
    if (left.includes(part)) {
      if (this.#unsaved.has(name)) await this.#save(name, part);
      return false;
    }
    for (const smaller of left) await this.#add(smaller);
    this.#parts.delete(name);
    this.#unsaved.delete(name);
    await this.#attempt('removed from', () => this.#options.table.remove(name));
    return true;
  }

  /** @returns what is still missing: the same part when nothing came, none when everything did */
  async #tryAgain(part: MissingPart, signal: AbortSignal): Promise<readonly MissingPart[]> {
    const { universe, backfill, logger } = this.#options;
    const { minutes, symbols } = part;
    const known = [...part.slots.values()].includes(undefined) ? await universe.symbols(signal) : [];
    if (!known) return [part];
    const bySlot = Map.groupBy(known, slotOf);
    const ofSlots = [...part.slots].flatMap(([slot, wanted]) => wanted ?? bySlot.get(slot) ?? []);
    const asked = [...symbols, ...ofSlots];
    const [from = 0, last = 0] = [minutes.at(0), minutes.at(-1)];
    const wanted = { from: from - LEAD, to: last + MINUTE, minutes };
    const lost = await backfill.fetch(asked, wanted, signal);
    const failed = lost.filter(({ minutes: of }) => of.length === minutes.length);
    const lostAll = failed.reduce((sum, { symbols: of }) => sum + of.length, 0);
    if (asked.length > 0 && lostAll === asked.length) return [part];
    const left = partsOf(lost, ofSlots);
    await this.#redeclare(part, left, signal);
    logger.info('minutes declared uncovered came after all', {
      from: new Date(from).toISOString(),
      to: new Date(last + MINUTE).toISOString(),
      symbols: asked.length - lostAll,
    });
    return left;
  }

  /** Takes the part's marks back, but for those slots and symbols that lack as much as before; of the rest, what is left stands alone. */
  async #redeclare(part: MissingPart, left: readonly MissingPart[], signal: AbortSignal): Promise<void> {
    const { sink } = this.#options;
    const { minutes } = part;
    const same = left.filter(smaller => smaller.minutes.length === minutes.length);
    const stays = (slot: number) => same.some(({ slots }) => slots.has(slot));
    const isAlone = (symbol: string) => same.some(({ symbols }) => symbols.has(symbol));
    const slots = [...part.slots.keys()].filter(slot => !stays(slot));
    const symbols = [...part.symbols].filter(symbol => !isAlone(symbol));
    await declareInPortions(sink, { minutes, slots, symbols, covered: true }, signal);
    for (const smaller of left) {
      const isOld = same.includes(smaller);
      await declareInPortions(
        sink,
        {
          minutes: smaller.minutes,
          slots: isOld ? [] : [...smaller.slots.keys()],
          symbols: [...smaller.symbols].filter(symbol => !(isOld && part.symbols.has(symbol))),
          covered: false,
        },
        signal,
      );
    }
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

/** Resolves when all of it is on its way. @throws the signal's reason */
export async function declareInPortions(
  sink: DeclaringSink,
  { minutes, ...of }: Declaration,
  signal: AbortSignal,
): Promise<void> {
  const portion = Math.max(1, Math.floor(PORTION / (of.slots.length + of.symbols.length)));
  for (let start = 0; start < minutes.length; start += portion) {
    await sink.untilCalm(signal);
    sink.declare({ minutes: minutes.slice(start, start + portion), ...of });
  }
}

/** @param symbols all that were asked for. @returns one part for each shortfall */
export function partsOf(shortfalls: readonly Shortfall[], symbols: readonly string[]): MissingPart[] {
  const all = Map.groupBy(symbols, slotOf);
  return shortfalls.map(({ minutes, symbols: lost }) => {
    const slots = new Map<number, readonly string[]>();
    const alone = new Set<string>();
    for (const [slot, of] of Map.groupBy(lost, slotOf)) {
      if (of.length === all.get(slot)?.length) slots.set(slot, of);
      else for (const symbol of of) alone.add(symbol);
    }
    return { minutes, slots, symbols: alone };
  });
}
