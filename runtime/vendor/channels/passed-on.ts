/** A channel of all that is passed on as it comes, in the vendor's own text and order. */
import type { PassedEvent } from '../../records/envelope.ts';
import type { Channel, Counts, Events, Fields, Reading } from './channel.ts';
import { ElementTexts } from './element-texts.ts';
import { type PassedOnRow, topicOf } from './table.ts';

/** One frame's events, in its order. */
export interface PassedEvents {
  readonly type: 'events';
  readonly events: readonly PassedEvent[];
  readonly refused: readonly RefusedEvent[];
}

export interface RefusedEvent {
  /** Its own text. */
  readonly raw: string;
  readonly reason: string;
}

/** Events of one kind, of all symbols or of those. */
export interface Asked {
  readonly row: PassedOnRow;
  readonly symbols: '*' | readonly string[];
}

const SYMBOL_LENGTH = 64;
/** In 1973 as nanoseconds, after the year 5000 as milliseconds. */
const EARLIEST_NANOSECONDS = 1e17;
/** Whole milliseconds of nanoseconds, and the rest of them. */
const DIGITS = {
  s: /"s"\s*:\s*(\d{1,13})(\d{6})\s*[,}]/g,
  t: /"t"\s*:\s*(\d{1,13})(\d{6})\s*[,}]/g,
};

const UNITS = { ms: 'ms', ns: 'ns', either: 'ms or ns' };

/** One channel, however many kinds it passes on: apart, a trade and a quote in one frame would lose their order. */
export class PassedOn implements Channel<PassedEvents> {
  readonly #asked: readonly Asked[];
  readonly #rows: ReadonlyMap<unknown, PassedOnRow>;
  readonly #counts: Counts;

  /** @param asked each of another kind */
  constructor(asked: readonly Asked[], counts: Counts) {
    this.#asked = asked;
    this.#rows = new Map(asked.map(({ row }) => [row.kind, row]));
    this.#counts = counts;
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
    const refused: RefusedEvent[] = [];
    for (const [index, event] of fields.entries()) {
      const row = this.#rows.get(event['ev']);
      if (row === undefined) continue;
      this.#counts.events(row.kind, 1);
      const raw = texts.at(places?.[index] ?? index);
      const symbol = event[row.symbol];
      const ts = timeOf(event, raw, row);
      if (typeof symbol !== 'string' || symbol === '' || symbol.length > SYMBOL_LENGTH)
        refused.push({ raw, reason: `${row.symbol} is no symbol of 1 to ${SYMBOL_LENGTH} characters` });
      else if (ts === undefined)
        refused.push({ raw, reason: `${row.time} is no time in ${UNITS[row.unit]}` });
      else events.push({ kind: row.kind, symbol, topic: topicOf(row, symbol), ts, text: raw });
    }
    return { told: { type: 'events', events, refused }, isAlive: events.length > 0 };
  }
}

/** Nanoseconds are taken from the text: as a number the last of their digits are gone. */
function timeOf(event: Fields, raw: string, { time, unit }: PassedOnRow): number | undefined {
  const value = event[time];
  if (unit === 'ms' || (unit === 'either' && Number(value) < EARLIEST_NANOSECONDS))
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  for (const [, ms = '', rest] of raw.matchAll(DIGITS[time])) {
    // Others of that name stand in values of other fields.
    if (Number(`${ms}${rest}`) === value) return Number(ms);
  }
  return undefined;
}
