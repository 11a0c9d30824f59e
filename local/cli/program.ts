/** What the simulated vendor plays: a file's rows, or a simulated market for a span of time. */
import { type Calendar, calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { UsageError } from '../command-line/option-values.ts';
import type { SymbolMinute } from '../console/tally.ts';
import { readFlatFiles } from '../flat-files/flat-file.ts';
import { SimulatedMarket } from '../simulator/market.ts';
import { Replay } from '../simulator/replay.ts';
import type { Source } from '../simulator/source.ts';
import { delayOf, hasMinutes } from './chosen-feeds.ts';
import { fileOptions, type Options } from './options.ts';

const DEFAULT_SYMBOLS = 50;

export interface Program {
  readonly source: Source;
  /** A line for each file that is played. @default none is */
  readonly summaries?: readonly string[];
  /** Start of the first minute, epoch ms. */
  readonly from: number;
  /** End of the last minute, epoch ms. @default it never ends */
  readonly to?: number;
}

/**
 * Of each feed, in their order.
 * @param now epoch ms, before which a simulation begins that is not told when
 * @throws FlatFileError for a file that cannot be replayed; UsageError for a range in which a market is closed
 */
export async function programsOf(options: Options, now = Date.now()): Promise<Program[]> {
  const { feed, feeds, ...range } = options;
  if (feed.kind === 'replay') {
    const { rows, summaries } = await readFlatFiles([feed.file], fileOptions(options));
    return [{ source: new Replay(rows), summaries, from: rows.first, to: rows.last + MINUTE }];
  }
  const seed = feed.kind === 'simulation' ? feed.seed : 1;
  const calendars = feeds.map(({ market }) => calendarOf(market));
  const begin = range.from ?? lastOpenOfAll(calendars, now);
  const opens = calendars.map(calendar => calendar.nextOpen(begin));
  const ends = calendars.map((calendar, n) => calendar.sessionAt(opens[n] ?? begin).end);
  const to = range.to ?? (range.exit ? Math.min(...ends) : undefined);
  return feeds.map((each, n) => {
    // What is only passed on comes as long as the rest does, however late it is.
    const early = hasMinutes(each) ? 0 : delayOf(each);
    const span = { from: (opens[n] ?? begin) - early, to: to === undefined ? undefined : to - early };
    return simulation(each.market, { ...range, seed, ...span });
  });
}

interface SimulationRange extends Pick<Options, 'symbols'> {
  readonly seed: number;
  readonly from: number;
  readonly to: number | undefined;
}

function simulation(market: Market, { symbols = DEFAULT_SYMBOLS, seed, from, to }: SimulationRange): Program {
  if (to !== undefined && to <= from) {
    throw new UsageError(
      `the ${market} market is closed in the range asked for: it next opens at ${new Date(from).toISOString()}`,
    );
  }
  const end = to === undefined ? {} : { to };
  return { source: new SimulatedMarket({ market, symbols, seed, from, ...end }), from, ...end };
}

/** The last open of a market's regular session, over by `now`, at which that of all is on; the first market's where there is none. */
function lastOpenOfAll(calendars: readonly Calendar[], now: number): number {
  const opens = calendars.map(calendar => lastRegularOpen(calendar, now));
  const isRegular = (at: number) => calendars.every(calendar => calendar.sessionAt(at).name === 'regular');
  const common = opens.filter(isRegular);
  return common.length > 0 ? Math.max(...common) : (opens[0] ?? now);
}

/** The open of the last regular session that has ended before `now`. */
function lastRegularOpen(calendar: Calendar, now: number): number {
  let session = calendar.sessionAt(now);
  while (session.name !== 'regular' || session.end > now) session = calendar.sessionAt(session.start - 1);
  return session.start;
}

/** Every minute that the program has; it must have an end. */
export function* minutesOf({ source, from }: Program): Generator<SymbolMinute> {
  for (let at = source.next(from); at !== undefined; at = source.next(at + MINUTE)) {
    for (const { symbol, start } of source.burst(at)) yield { symbol, start };
  }
}
