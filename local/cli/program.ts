/** What the simulated vendor plays: a file's rows, or a simulated market for a span of time. */
import { type Calendar, calendarOf } from '../../runtime/markets/calendar.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { UsageError } from '../command-line/option-values.ts';
import type { SymbolMinute } from '../console/tally.ts';
import { readFlatFiles } from '../flat-files/flat-file.ts';
import { SimulatedMarket } from '../simulator/market.ts';
import { Replay } from '../simulator/replay.ts';
import type { Source } from '../simulator/source.ts';
import { type FeedChoice, fileOptions, type Options } from './options.ts';

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

/** @throws FlatFileError for a file that cannot be replayed; UsageError for a range in which the market is closed */
export async function programOf(options: Options): Promise<Program> {
  const { feed } = options;
  if (feed.kind === 'replay') {
    const { rows, summaries } = await readFlatFiles([feed.file], fileOptions(options));
    return { source: new Replay(rows), summaries, from: rows.first, to: rows.last + MINUTE };
  }
  return simulation(options, feed);
}

function simulation(
  { market, symbols = DEFAULT_SYMBOLS, exit, ...range }: Options,
  feed: FeedChoice,
): Program {
  const calendar = calendarOf(market);
  const from = calendar.nextOpen(range.from ?? lastRegularOpen(calendar, Date.now()));
  const to = range.to ?? (exit ? calendar.sessionAt(from).end : undefined);
  if (to !== undefined && to <= from) {
    throw new UsageError(
      `the ${market} market is closed in the range asked for: it next opens at ${new Date(from).toISOString()}`,
    );
  }
  const seed = feed.kind === 'simulation' ? feed.seed : 1;
  const end = to === undefined ? {} : { to };
  return { source: new SimulatedMarket({ market, symbols, seed, from, ...end }), from, ...end };
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
