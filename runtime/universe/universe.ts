/** The day's look at what is traded most: what the list of a feed is to be from now on, and who of it is gone. */
import type { Calendar } from '../markets/calendar.ts';
import type { Market } from '../markets/names.ts';
import { isMissing, readText, type TextClients, type TextPlace, writeText } from '../platform/kept-text.ts';
import type { Logger } from '../platform/logger.ts';
import { putDelisted } from '../tables/delisted-note.ts';
import type { Memory } from '../tables/monitor-memory.ts';
import type { RestClient } from '../vendor/rest/client.ts';
import { dollarVolumes } from '../vendor/rest/grouped.ts';
import { RestUnavailable } from '../vendor/rest/unavailable.ts';
import { symbolListOf } from '../vendor/symbol-list.ts';
import { endedSessions } from './ended-sessions.ts';
import { nextUniverse, type Rules, type Universe } from './rank.ts';

/** Where it is remembered of which day the list is. */
const DONE = 'universe';

export interface UniverseOptions {
  readonly calendar: Calendar;
  readonly rules: Rules;
  /** Of so many sessions the mean is taken. */
  readonly sessions: number;
  readonly market: Market;
  readonly place: TextPlace;
  readonly clients: TextClients;
  readonly memory: Memory;
  readonly rest: RestClient;
  /** All symbols that the vendor lists as active. */
  readonly listed: (signal: AbortSignal) => Promise<readonly string[]>;
  readonly logger: Logger;
}

/**
 * Started every hour for a while, in case that the vendor does not answer at first.
 * @param now of the market that the feed shows, epoch ms
 * @returns undefined where the day is done already, or was none
 * @throws RestUnavailable where the vendor does not answer, or what it answers cannot be the market: the list stays as it is
 */
export async function renewUniverse(
  options: UniverseOptions,
  now: number,
  signal: AbortSignal,
): Promise<Universe | undefined> {
  const { calendar, rules, sessions, place, clients, memory, rest, listed, logger } = options;
  const dates = endedSessions(calendar, now, sessions);
  const [latest] = dates;
  if (latest === undefined || (await memory.get(DONE)) === latest) return undefined;
  const days: ReadonlyMap<string, number>[] = [];
  for (const date of dates)
    days.push(expectMarket(await dollarVolumes(rest, date, signal), date, rules.size));
  const active = new Set(await listed(signal));
  const turnover = new Map([...meanOf(days)].filter(([symbol]) => active.has(symbol)));
  const current = await listAt(options, signal);
  expectListed(current, active, days[0], rules);
  const next = nextUniverse(current, turnover, rules);
  const delisted = current.filter(symbol => !active.has(symbol));
  await putDelisted(memory, latest, delisted);
  if (next.added.length + next.removed.length > 0)
    await writeText(place, `${next.symbols.join(',')}\n`, clients, signal);
  await memory.put(DONE, latest);
  logger.info('the universe is renewed', {
    ...{ date: latest, symbols: next.symbols.length, added: next.added, removed: next.removed, delisted },
  });
  return next;
}

/** As the ingester reads it; empty where there is none yet, and where it is `*`. @throws RangeError for what is no list: it may be right tomorrow */
async function listAt(
  { place, clients, market }: UniverseOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const text = await readText(place, clients, signal).catch((error: unknown) => {
    if (isMissing(error)) return '*';
    throw error;
  });
  const { symbols } = symbolListOf(text, Number.POSITIVE_INFINITY, market);
  return symbols === '*' ? [] : symbols;
}

/** A day on which hardly anything traded is none: a list that is made of it would throw out whoever did. @throws RestUnavailable */
function expectMarket(
  day: ReadonlyMap<string, number>,
  date: string,
  size: number,
): ReadonlyMap<string, number> {
  if (day.size >= size) return day;
  throw new RestUnavailable(
    `the vendor names ${day.size} symbols that traded on ${date}, fewer than the ${size} that are wanted: the list stays as it is`,
  );
}

/** A list of active symbols that lacks many of those that have just traded is none: whoever it lacks would be named as gone. @throws RestUnavailable */
function expectListed(
  current: readonly string[],
  active: ReadonlySet<string>,
  latest: ReadonlyMap<string, number> | undefined,
  { size, changesPerDay }: Rules,
): void {
  const gone = current.filter(symbol => latest?.has(symbol) && !active.has(symbol));
  if (active.size >= size && gone.length <= Math.max(1, changesPerDay)) return;
  throw new RestUnavailable(
    `the vendor names ${active.size} active symbols, and ${gone.length} of those in the list, which have just traded, are not among them: the list stays as it is`,
  );
}

/** Of each symbol over all days: on one on which it did not trade it traded nothing. */
function meanOf(days: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const day of days)
    for (const [symbol, traded] of day) sums.set(symbol, (sums.get(symbol) ?? 0) + traded / days.length);
  return sums;
}
