/** The record of a session: what each holder of the lease counted of it, and what all of them together say. Pure. */
import * as v from 'valibot';
import { minutesOf, type Stretches } from '../../markets/stretches.ts';

/** What can happen in a session that is worth a line of its own. */
export const sessionEvents = {
  start: 'intraday_session_start',
  end: 'intraday_session_end',
  reconnect: 'intraday_session_reconnect',
  handOver: 'intraday_session_handover',
  skipped: 'intraday_session_skipped',
} as const;

const stretches = v.array(v.tuple([v.number(), v.number()]));
const names = Object.values(sessionEvents);
const eventSchema = v.object({
  event: v.picklist(names),
  /** Event time, epoch ms. */
  at: v.number(),
  cause: v.optional(v.string()),
});

/** Which session it is. `closed` is the time between two of them. */
const which = {
  /** Exchange-local date of its trading day; of closed time that of the one it leads to. */
  date: v.string(),
  session: v.string(),
  /** By the calendar it covers `[start, end)`, epoch ms. */
  start: v.number(),
  end: v.number(),
};

/** What can be added up. */
const sums = {
  /** Bars that the vendor's socket brought, whatever became of them. */
  received: v.number(),
  /** Bars that the minutes stream has acknowledged. */
  published: v.number(),
  /** Bars of the socket that said nothing new. */
  repeated: v.number(),
  /** Bars that replaced what this holder had published of their minute. */
  corrected: v.number(),
  /** Bars that came from the vendor's history. */
  backfilled: v.number(),
  /** Pieces of data that were refused meanwhile. */
  quarantined: v.number(),
  /** Times that a task went on where another had given the lease back. */
  handOvers: v.number(),
  /** Times that a lease was taken that had run out: its holder had crashed, or could not renew it. */
  takeOvers: v.number(),
};

/** What one holder of the lease says of a session: bars count for the session that their minute is in, all else for the one it happened in. */
export const termSchema = v.object({
  ...which,
  /** Of the lease; 0 for a session that nobody held. */
  epoch: v.number(),
  release: v.string(),
  ...sums,
  /** Starts of the first and the last minute that has a bar. */
  firstMinute: v.optional(v.number()),
  lastMinute: v.optional(v.number()),
  /** Symbols with a bar, those of earlier holders among them. */
  symbols: v.number(),
  /** Minutes that were declared uncovered and that nobody goes on trying for. */
  blind: stretches,
  /** Minutes that are uncovered and tried for, whoever declared them; absent while that is not known. */
  missing: v.optional(stretches),
  /** How often the feed came back, by why it had been lost. */
  reconnections: v.record(v.string(), v.number()),
  /** A later release may write others: nobody here knows what those mean. */
  events: v.pipe(
    v.array(v.looseObject({ event: v.string() })),
    v.transform(all => all.filter(({ event }) => names.some(name => name === event))),
    v.array(eventSchema),
  ),
});

export type TermRecord = v.InferOutput<typeof termSchema>;
export type SessionEvent = v.InferOutput<typeof eventSchema>;

/** What all holders together say of a session. */
export interface SessionRecord extends Omit<TermRecord, 'epoch' | 'release' | 'blind' | 'missing'> {
  /** Minutes that stand uncovered, for all symbols or some. */
  readonly uncovered: number;
  /** Whoever took part, in order. */
  readonly releases: readonly string[];
}

/** Once for a session: a successor may notice again what its predecessor had noticed. */
const ONCE: readonly string[] = [sessionEvents.start, sessionEvents.end, sessionEvents.skipped];

/** @param terms of one session, by rising epoch; at least one */
export function sessionOf(terms: readonly [TermRecord, ...TermRecord[]]): SessionRecord {
  const [{ date, session, start, end }] = terms;
  const sum = (name: keyof typeof sums) => terms.reduce((total, term) => total + term[name], 0);
  const firsts = terms.flatMap(({ firstMinute }) => firstMinute ?? []);
  const lasts = terms.flatMap(({ lastMinute }) => lastMinute ?? []);
  const missing = missingOf(terms);
  return {
    ...{ date, session, start, end },
    ...(firsts.length > 0 && { firstMinute: Math.min(...firsts), lastMinute: Math.max(...lasts) }),
    received: sum('received'),
    published: sum('published'),
    repeated: sum('repeated'),
    corrected: sum('corrected'),
    backfilled: sum('backfilled'),
    uncovered: distinctMinutes([...terms.map(({ blind }) => blind), missing]),
    symbols: Math.max(...terms.map(({ symbols }) => symbols)),
    quarantined: sum('quarantined'),
    handOvers: sum('handOvers'),
    takeOvers: sum('takeOvers'),
    reconnections: added(terms.map(({ reconnections }) => reconnections)),
    releases: [...new Set(terms.map(({ release }) => release))],
    events: happened(terms.flatMap(({ events }) => events)),
  };
}

/** Minutes that are missing and tried for, by the last who knew. */
export function missingOf(terms: readonly TermRecord[]): Stretches {
  return terms.findLast(({ missing }) => missing !== undefined)?.missing ?? [];
}

/** In order. */
function happened(all: readonly SessionEvent[]): SessionEvent[] {
  const ordered = all.toSorted((a, b) => a.at - b.at);
  const firsts = new Map(ordered.toReversed().map(each => [each.event, each]));
  return ordered.filter(each => !ONCE.includes(each.event) || firsts.get(each.event) === each);
}

function distinctMinutes(all: readonly Stretches[]): number {
  return new Set(all.flatMap(minutesOf)).size;
}

function added(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [cause, count] of all.flatMap(Object.entries<number>))
    sums.set(cause, (sums.get(cause) ?? 0) + count);
  return Object.fromEntries(sums);
}
