/** A channel of all that is passed on as it comes, in the vendor's own text and order. */
import { EARLIEST_MINUTE, LATEST_MINUTE, Refused } from '../../records/check.ts';
import type { PassedEvent } from '../../records/envelope.ts';
import type { RefusedBar } from '../feed-events.ts';
import { isReadable } from '../ticker-names.ts';
import type { VendorWords } from '../words.ts';
import type { Channel, Counts, Events, Fields, Reading } from './channel.ts';
import { ElementTexts } from './element-texts.ts';
import { RefusedOfFrame } from './refused-of-frame.ts';
import { type PassedOnRow, topicOf } from './table.ts';

/** One frame's events, in its order. */
export interface PassedEvents {
  readonly type: 'events';
  readonly events: readonly PassedEvent[];
  readonly refused: readonly RefusedBar[];
}

/** Events of one kind, of all symbols or of those. */
export interface Asked {
  readonly row: PassedOnRow;
  readonly symbols: '*' | readonly string[];
}

/** In 1973 as nanoseconds, after the year 5000 as milliseconds. */
const EARLIEST_NANOSECONDS = 1e17;
/** Whole milliseconds of nanoseconds, and the rest of them. */
const DIGITS = {
  s: /"s"\s*:\s*(\d{1,13})(\d{6})\s*[,}]/g,
  t: /"t"\s*:\s*(\d{1,13})(\d{6})\s*[,}]/g,
};

const UNITS = { ms: 'milliseconds', ns: 'nanoseconds', either: 'milliseconds or nanoseconds' };

/** One channel, however many kinds it passes on: apart, a trade and a quote in one frame would lose their order. */
export class PassedOn implements Channel<PassedEvents> {
  readonly #asked: readonly Asked[];
  readonly #rows: ReadonlyMap<unknown, PassedOnRow>;
  readonly #counts: Counts;
  readonly #words: VendorWords;

  /** @param asked each of another kind */
  constructor(asked: readonly Asked[], counts: Counts, words: VendorWords) {
    this.#asked = asked;
    this.#rows = new Map(asked.map(({ row }) => [row.kind, row]));
    this.#counts = counts;
    this.#words = words;
  }

  get kinds(): readonly string[] {
    return this.#asked.map(({ row }) => row.kind);
  }

  topics(): readonly string[] {
    return this.#asked.flatMap(({ row, symbols }) =>
      (symbols === '*' ? ['*'] : symbols).map(symbol => topicOf(row, symbol)),
    );
  }

  /** Nobody knows how often anything of these comes. */
  isSteady(): boolean {
    return false;
  }

  read({ fields, places }: Events, text: string): Reading<PassedEvents> {
    const texts = new ElementTexts(text);
    const events: PassedEvent[] = [];
    const refused = new RefusedOfFrame(this.#words.withoutKey(text), 'feed');
    const holdsKey = this.#words.quoteKey(text);
    for (const [index, event] of fields.entries()) {
      const row = this.#rows.get(event['ev']);
      if (row === undefined) continue;
      this.#counts.events(row.kind, 1);
      const raw = texts.at(places?.[index] ?? index);
      try {
        if (holdsKey && this.#words.quoteKey(raw))
          throw new Refused(
            row.kind,
            this.#words.withoutKey(raw),
            'it holds the key, which is not passed on',
          );
        const symbol = symbolOf(event, row);
        events.push({
          kind: row.kind,
          symbol,
          topic: topicOf(row, symbol),
          ts: timeOf(event, raw, row),
          text: raw,
        });
      } catch (error) {
        refused.add(() => (holdsKey ? this.#words.withoutKey(raw) : raw), row.kind, error);
      }
    }
    return { told: { type: 'events', events, refused: refused.all }, isAlive: events.length > 0 };
  }
}

/** Some of the vendor's names have blanks, which the symbols of bars must not have. @throws Refused */
function symbolOf(event: Fields, { symbol }: PassedOnRow): string {
  const value = event[symbol];
  if (typeof value === 'string' && isReadable(value)) return value;
  throw new Refused(symbol, value, 'use 1 to 64 printable characters');
}

/** @returns epoch ms. @throws Refused */
function timeOf(event: Fields, raw: string, row: PassedOnRow): number {
  const ms = millisecondsIn(event, raw, row);
  if (ms >= EARLIEST_MINUTE && ms < LATEST_MINUTE) return ms;
  throw new Refused(row.time, event[row.time], `use ${UNITS[row.unit]} from 1970-01-02 to 2100`);
}

/** Nanoseconds are taken from the text: as a number the last of their digits are gone. NaN for what is no time. */
function millisecondsIn(event: Fields, raw: string, { time, unit }: PassedOnRow): number {
  const value = event[time];
  if (unit === 'ms' || (unit === 'either' && Number(value) < EARLIEST_NANOSECONDS))
    return Number.isSafeInteger(value) ? Number(value) : Number.NaN;
  for (const [, ms = '', rest] of raw.matchAll(DIGITS[time])) {
    // Others of that name stand in values of other fields.
    if (Number(`${ms}${rest}`) === value) return Number(ms);
  }
  return Number.NaN;
}
