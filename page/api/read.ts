/** Reads answers of the API field by field: what is not as promised is refused here, and nothing behind has to look again. */
import { type Timeframe, timeframes } from './timeframes.ts';
import {
  type Alarm,
  type Bar,
  type BarsAnswer,
  connections,
  type FeedStatus,
  type Gap,
  type Halted,
  type Latest,
  type SessionRecord,
  type SymbolsAnswer,
  sessionStates,
} from './types.ts';

/** An answer that breaks the contract, and where. */
export class Unreadable extends Error {}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable(`${what} is no object`);
  return { ...value };
}

function list<T>(value: unknown, what: string, item: (value: unknown, what: string) => T): T[] {
  if (!Array.isArray(value)) throw new Unreadable(`${what} is no list`);
  return value.map((each, n) => item(each, `${what}[${n}]`));
}

function number(value: unknown, what: string): number {
  // Volumes with more digits than a double holds may come as text.
  const read = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof read !== 'number' || !Number.isFinite(read)) throw new Unreadable(`${what} is no number`);
  return read;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Unreadable(`${what} is no text`);
  return value;
}

function oneOf<T extends string>(value: unknown, what: string, allowed: readonly T[]): T {
  const found = allowed.find(each => each === value);
  if (found === undefined) throw new Unreadable(`${what} is none of ${allowed.join(', ')}`);
  return found;
}

/** The field of that name where it is there; absent and null are the same. */
function optional<K extends string, T>(
  from: Fields,
  key: K,
  read: (value: unknown, what: string) => T,
): { readonly [name in K]?: T } {
  const value = from[key];
  if (value === undefined || value === null) return {};
  const found: { [name in K]?: T } = {};
  found[key] = read(value, key);
  return found;
}

/** By name, in a map: a symbol may be called like anything that objects inherit. */
function byName<T>(value: unknown, what: string, read: (value: unknown, what: string) => T): Map<string, T> {
  return new Map(Object.entries(fields(value, what)).map(([name, each]) => [name, read(each, what)]));
}

function bar(value: unknown, what: string): Bar {
  const from = fields(value, what);
  return {
    symbol: text(from['symbol'], `${what}.symbol`),
    timeframe: oneOf<Timeframe>(from['timeframe'], `${what}.timeframe`, timeframes),
    start: number(from['start'], `${what}.start`),
    end: number(from['end'], `${what}.end`),
    open: number(from['open'], `${what}.open`),
    high: number(from['high'], `${what}.high`),
    low: number(from['low'], `${what}.low`),
    close: number(from['close'], `${what}.close`),
    volume: number(from['volume'], `${what}.volume`),
    ...optional(from, 'vwap', number),
    uncovered: number(from['uncovered'], `${what}.uncovered`),
    session: text(from['session'], `${what}.session`),
    final: from['final'] === true,
    version: number(from['version'], `${what}.version`),
  };
}

function gap(value: unknown, what: string): Gap {
  const from = fields(value, what);
  return { start: number(from['start'], `${what}.start`), end: number(from['end'], `${what}.end`) };
}

export function readBars(value: unknown): BarsAnswer {
  const from = fields(value, 'the answer');
  return {
    bars: byName(from['bars'], 'bars', (bars, what) => list(bars, what, bar)),
    gaps: byName(from['gaps'] ?? {}, 'gaps', (gaps, what) => list(gaps, what, gap)),
    ...optional(from, 'through', number),
    ...optional(from, 'nextCursor', text),
  };
}

export function readLatest(value: unknown): ReadonlyMap<string, Latest> {
  return byName(fields(value, 'the answer')['latest'], 'latest', (each, what) => {
    const from = fields(each, what);
    return { ...optional(from, 'minute', bar), ...optional(from, 'previousClose', number) };
  });
}

export function readSymbols(value: unknown): SymbolsAnswer {
  const from = fields(value, 'the answer');
  return {
    symbols: list(from['symbols'], 'symbols', (each, what) => text(fields(each, what)['symbol'], what)),
    ...optional(from, 'nextCursor', text),
  };
}

function session(value: unknown, what: string): SessionRecord {
  const from = fields(value, what);
  return {
    date: text(from['date'], `${what}.date`),
    session: text(from['session'], `${what}.session`),
    state: oneOf(from['state'], `${what}.state`, sessionStates),
    start: number(from['start'], `${what}.start`),
    ...optional(from, 'firstMinute', number),
    ...optional(from, 'lastMinute', number),
    published: number(from['published'], `${what}.published`),
    corrected: number(from['corrected'], `${what}.corrected`),
    backfilled: number(from['backfilled'], `${what}.backfilled`),
    uncovered: number(from['uncovered'], `${what}.uncovered`),
    reconnections: byName(from['reconnections'], `${what}.reconnections`, number),
    handOvers: number(from['handOvers'], `${what}.handOvers`),
    takeOvers: number(from['takeOvers'], `${what}.takeOvers`),
  };
}

export function readSessions(value: unknown): readonly SessionRecord[] {
  return list(fields(value, 'the answer')['sessions'], 'sessions', session);
}

function alarm(value: unknown, what: string): Alarm {
  const from = fields(value, what);
  return {
    name: text(from['name'], `${what}.name`),
    since: number(from['since'], `${what}.since`),
    runbook: text(from['runbook'], `${what}.runbook`),
  };
}

function halt(value: unknown, what: string): Halted {
  const from = fields(value, what);
  return { symbol: text(from['symbol'], `${what}.symbol`), since: number(from['since'], `${what}.since`) };
}

/** An API of an earlier release says nothing of it, or less. */
function quiet(value: unknown, what: string): Pick<FeedStatus, 'delisted' | 'halted'> {
  const from = value === undefined ? {} : fields(value, what);
  return {
    delisted: list(from['delisted'] ?? [], `${what}.delisted`, text),
    halted: list(from['halted'] ?? [], `${what}.halted`, halt),
  };
}

function feedStatus(value: unknown, what: string): FeedStatus {
  const from = fields(value, what);
  return {
    feed: text(from['feed'], `${what}.feed`),
    market: text(from['market'], `${what}.market`),
    timeZone: text(from['timeZone'], `${what}.timeZone`),
    isOpen: from['isOpen'] === true,
    session: text(from['session'], `${what}.session`),
    ...optional(from, 'nextChange', number),
    ...optional(from, 'nextSession', text),
    now: number(from['now'], `${what}.now`),
    ...optional(from, 'watermark', number),
    ...optional(from, 'lagSeconds', number),
    ...optional(from, 'minutesPerMinute', number),
    ...optional(from, 'barsPerMinute', number),
    ...optional(from, 'uncoveredToday', number),
    ...optional(from, 'quarantinedToday', number),
    ...optional(from, 'symbolsLastMinute', number),
    connection: oneOf(from['connection'], `${what}.connection`, connections),
    ...quiet(from['quiet'], `${what}.quiet`),
    alarms: list(from['alarms'], `${what}.alarms`, alarm),
  };
}

export function readStatus(value: unknown): readonly FeedStatus[] {
  return list(fields(value, 'the answer')['feeds'], 'feeds', feedStatus);
}
