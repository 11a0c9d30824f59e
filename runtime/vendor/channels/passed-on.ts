/** A channel of one kind of events that are passed on as they come, in the vendor's own text. */
import type { PassedEvent } from '../../records/envelope.ts';
import type { Channel, Counts, Events, Fields, Reading } from './channel.ts';
import { ElementTexts } from './element-texts.ts';
import { type PassedOnRow, topicOf } from './table.ts';

/** One frame's events of a kind. */
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

export interface PassedOnOptions {
  readonly row: PassedOnRow;
  /** All symbols, or those. */
  readonly symbols: '*' | readonly string[];
  readonly counts: Counts;
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

export class PassedOn implements Channel<PassedEvents> {
  readonly #options: PassedOnOptions;

  constructor(options: PassedOnOptions) {
    this.#options = options;
  }

  get kind(): string {
    return this.#options.row.kind;
  }

  topics(): readonly string[] {
    const { row, symbols } = this.#options;
    return (symbols === '*' ? ['*'] : symbols).map(symbol => topicOf(row, symbol));
  }

  /** Nobody knows how often anything of these comes. */
  isSteady(): boolean {
    return false;
  }

  read({ fields, places }: Events, text: string): Reading<PassedEvents> {
    const { row, counts } = this.#options;
    const texts = new ElementTexts(text);
    const events: PassedEvent[] = [];
    const refused: RefusedEvent[] = [];
    counts.events(row.kind, fields.length);
    for (const [index, event] of fields.entries()) {
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
