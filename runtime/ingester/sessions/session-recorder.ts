/** Leaves the record of every session in its table: once a minute, when the lease is given back, and wherever a session begins or ends. */
import { type Calendar, CLOSED, type Session } from '../../markets/calendar.ts';
import { stretchesOf } from '../../markets/stretches.ts';
import { MINUTE, minuteOf } from '../../markets/timeframe.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { version } from '../../platform/release-names.ts';
import type { Lease } from '../../tables/lease/lease-table.ts';
import { sessionEvents } from '../../tables/sessions/session-record.ts';
import type { SessionSymbols } from '../../tables/sessions/session-symbols.ts';
import type { SessionTable } from '../../tables/sessions/session-table.ts';
import type { SessionBook, Taken } from './session-book.ts';
import { SessionTally } from './session-tally.ts';

/** Further back nothing is looked at, ms: more than a feed can be away and go on. */
const LOOKED_BACK = 8 * 86_400_000;
/** For so long after its end (ms) the symbols of a session are kept in mind. */
const SYMBOLS_KEPT = 2 * 3_600_000;
/** Records are saved every minute: longer ago than so many (ms) nothing waits to be. */
const UNSAVED = 3 * 60_000;

export interface SessionRecorderOptions {
  readonly book: SessionBook;
  readonly calendar: Calendar;
  readonly clock: Clock;
  /** Event time as the feed shows it, epoch ms. */
  readonly now: () => number;
  /** The lowest watermark that the stream has acknowledged, epoch ms. */
  readonly through: () => number | undefined;
  /** Minutes (starts) that stand uncovered and are tried for; undefined while that is not known. */
  readonly missing: () => ReadonlySet<number> | undefined;
  /** Where the records are left. Absent: only the log tells. */
  readonly tables?: { readonly sessions: SessionTable; readonly symbols: SessionSymbols } | undefined;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** A time for which the lease was held. */
interface Term {
  readonly epoch: number;
  /** By start of the session, what the table holds of it. */
  readonly saved: Map<number, string>;
  /** Whether it is known of which sessions others said that minutes were missing. */
  knowsDoubtful: boolean;
}

const termOf = (epoch: number): Term => ({ epoch, saved: new Map(), knowsDoubtful: false });

export class SessionRecorder {
  readonly #options: SessionRecorderOptions;
  #term = termOf(0);
  /** Sessions that began by then were begun by somebody, those that ended by then were ended; epoch ms. */
  #begun = 0;
  #ended = 0;
  #saving: Promise<void> = Promise.resolve();
  /** What has been said, and has not ended. */
  readonly #troubles = new Set<string>();

  constructor(options: SessionRecorderOptions) {
    this.#options = options;
  }

  /** The lease was taken. @param before as it was found */
  begin(epoch: number, before: Pick<Lease, 'owner' | 'through'> | undefined, taken: Taken): void {
    const { book, now } = this.#options;
    const [left, held] = [book.tallies, this.#term];
    // A table that was away took the lease along, and what was counted last is still to be told.
    this.#do(() => this.#leaveAll(left, held));
    this.#term = termOf(epoch);
    // What ended just before the holder before did may not be written down: it is said again, and stands once.
    this.#ended = before?.through === undefined ? now() : before.through - UNSAVED;
    // A session that is under way when the feed first looks at it begins then.
    this.#begun = before?.through ?? now() - 1;
    book.begin(taken);
    if (before?.through === undefined) this.#start(this.#options.calendar.sessionAt(now()), now());
  }

  /** Works until the signal aborts, and leaves what is known then. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    for (let next = minuteOf(clock.now()) + MINUTE; !signal.aborted; ) {
      await clock.until(next, signal).catch(() => undefined);
      next = minuteOf(clock.now()) + MINUTE;
      await this.save();
    }
  }

  /** Leaves in the table whatever has changed. One that does not answer is written to the next time. */
  save(): Promise<void> {
    return this.#do(() => this.#save());
  }

  async #save(): Promise<void> {
    const { book } = this.#options;
    const term = this.#term;
    await this.#skipHolidays();
    // What this holder counted waits for nobody.
    await this.#attempt('what others said of the sessions cannot be read', () => this.#doubt(term));
    // What is counted now is another term's: its first save tells it.
    if (term !== this.#term) return;
    this.#beginSessions();
    const ended = this.#endSessions();
    this.#noteMissing();
    await this.#leaveAll(book.tallies, term);
    for (const tally of ended) await this.#tellEnd(tally);
    book.prune();
  }

  /** One after another. What cannot be done now is said once. */
  #do(work: () => Promise<void>): Promise<void> {
    this.#saving = this.#saving.then(() =>
      this.#attempt('the record of the session cannot be written', work),
    );
    return this.#saving;
  }

  /** @param trouble what is said when it fails */
  async #attempt(trouble: string, work: () => Promise<void>): Promise<void> {
    const { logger } = this.#options;
    try {
      await work();
      this.#troubles.delete(trouble);
    } catch (error) {
      if (!this.#troubles.has(trouble)) logger.warn(trouble, { cause: String(error) });
      this.#troubles.add(trouble);
    }
  }

  #beginSessions(): void {
    const [from, to] = this.#unseen;
    for (const session of this.#options.calendar.sessionsBetween(from, to))
      if (session.start >= from) this.#start(session, session.start);
    this.#begun = Math.max(this.#begun, to - 1);
  }

  /** The time since it was last looked for what begins: `[from, to)`. */
  get #unseen(): readonly [number, number] {
    const to = this.#options.now() + 1;
    return [Math.max(this.#begun + 1, to - LOOKED_BACK), to];
  }

  #start(session: Session, at: number): void {
    const { book } = this.#options;
    if (session.name !== CLOSED) book.happened(book.of(session), { event: sessionEvents.start, at });
  }

  /** Those whose last minute the watermark has passed since it was last looked. */
  #endSessions(): SessionTally[] {
    const { calendar, book, through: watermark } = this.#options;
    const through = watermark();
    if (through === undefined) return [];
    const before = this.#ended;
    this.#ended = Math.max(before, through);
    return calendar
      .sessionsBetween(Math.max(before, through - LOOKED_BACK) - 1, through)
      .filter(({ name, end }) => name !== CLOSED && end > before && end <= through)
      .map(session => {
        const tally = book.of(session);
        // Not when that was noticed: nobody may have held the lease for days.
        book.happened(tally, { event: sessionEvents.end, at: session.end });
        return tally;
      });
  }

  /** Of sessions that others said minutes were missing of, it is for this holder to say whether they still are. */
  async #doubt(term: Term): Promise<void> {
    const { book, missing, now, tables } = this.#options;
    if (!tables || term.knowsDoubtful || missing() === undefined) return;
    const starts = await tables.sessions.withMissing(now() - LOOKED_BACK);
    if (term !== this.#term) return;
    for (const start of starts) book.at(start).isDoubtful = true;
    term.knowsDoubtful = true;
  }

  /** Minutes that are missing belong to the sessions that they are in; those that none is missing of any more say so. */
  #noteMissing(): void {
    const { book, missing } = this.#options;
    const minutes = missing();
    if (minutes === undefined) return;
    const byTally = Map.groupBy(
      [...minutes].sort((a, b) => a - b),
      minute => book.at(minute),
    );
    for (const tally of book.tallies) tally.missing = stretchesOf(byTally.get(tally) ?? []);
  }

  async #leaveAll(tallies: readonly SessionTally[], term: Term): Promise<void> {
    for (const tally of tallies)
      if (!tally.isEmpty || term.saved.has(tally.session.start)) await this.#leave(tally, term);
  }

  async #leave(tally: SessionTally, { epoch, saved }: Term): Promise<void> {
    const { tables } = this.#options;
    if (!tables) return;
    const { start, end } = tally.session;
    await this.#leaveSymbols(tally, tables.symbols);
    const record = tally.record(epoch, version);
    const text = JSON.stringify(record);
    if (saved.get(start) !== text) {
      await tables.sessions.put(record, Date.now());
      saved.set(start, text);
    }
    if (end + SYMBOLS_KEPT < this.#options.now()) tally.symbols = undefined;
  }

  /** Symbols are counted once, whoever published of them. */
  async #leaveSymbols(tally: SessionTally, table: SessionSymbols): Promise<void> {
    const { start } = tally.session;
    const fresh = [...tally.fresh];
    if (fresh.length === 0) return;
    tally.symbols ??= await table.load(start);
    const known = tally.symbols;
    const unknown = fresh.filter(symbol => !known.has(symbol));
    await table.add(start, unknown, Date.now());
    for (const symbol of fresh) {
      known.add(symbol);
      tally.fresh.delete(symbol);
    }
  }

  async #tellEnd(tally: SessionTally): Promise<void> {
    const { tables, logger } = this.#options;
    const { events: _, ...record } =
      (await tables?.sessions.get(tally.session.start)) ?? tally.record(this.#term.epoch, version);
    logger.info('the session is over', { record });
  }

  /** Days that have begun since it was last looked, on which nobody trades who otherwise would. */
  async #skipHolidays(): Promise<void> {
    const { calendar, tables, logger } = this.#options;
    const [from, to] = this.#unseen;
    for (const day of calendar.holidaysBetween(from, to)) {
      const skipped = new SessionTally({ name: CLOSED, start: day.start, end: day.end }, day.date.toString());
      skipped.happened({ event: sessionEvents.skipped, at: day.start });
      const isNew = await tables?.sessions.putFirst(skipped.record(0, version), Date.now());
      if (isNew ?? true) logger.info(sessionEvents.skipped, { date: skipped.date });
    }
  }
}
