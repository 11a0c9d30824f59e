/** `GET /v1/bars`: bars of some symbols, page by page, with the gaps between them and how far the feed is. */
import { slotOf } from '../../records/slot.ts';
import { type BarsQuery, MOST_BARS, USUAL_BARS } from '../contract/queries.ts';
import type { Feed } from '../feed/feed.ts';
import { cursorOf, placesIn } from '../http/cursor.ts';
import { refused } from '../http/query.ts';
import type { Request } from '../http/request.ts';
import type { Answer } from '../http/response.ts';
import { unknownSymbol } from '../symbols/nearest.ts';
import { csvAnswer, wantsCsv } from './csv.ts';
import { gapsOf } from './gaps.ts';
import { expectLogged, minutePage } from './minutes.ts';
import { type Bars, coveredBy, NEVER, type Range, type SymbolBars } from './page.ts';
import { type Progress, rolledPage } from './rolled.ts';

/** Blocks of the log that one question reads: each holds up to a megabyte. */
const MOST_BLOCKS = 16;

/** @throws Problem */
export async function barsAnswer(
  feed: Feed,
  query: BarsQuery,
  request: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const bars = await barsOf(feed, query, request.at, signal);
  const [only] = bars.series;
  const isEmpty = bars.series.length === 1 && only?.bars.length === 0 && only.next === undefined;
  if (isEmpty && query.cursor === undefined) {
    const problem = await unknownSymbol(feed, only.symbol, request.at, signal);
    if (problem) throw problem;
  }
  return wantsCsv(query, request) ? csvAnswer(bars) : jsonAnswer(bars);
}

async function barsOf(feed: Feed, query: BarsQuery, at: number, signal: AbortSignal): Promise<Bars> {
  const { symbols, timeframe, from = 0, to = NEVER } = query;
  const limit = limitOf(query);
  if (from >= to)
    throw refused(
      'to',
      new Date(to).toISOString(),
      `use an instant after from, ${new Date(from).toISOString()}`,
    );
  const question = questionOf(query);
  const places = query.cursor === undefined ? undefined : placesIn(query.cursor, question, symbols);
  if (timeframe === '1m') await expectLogged(feed, symbols, from, at, signal);
  const slots = [...new Set(symbols.map(slotOf))];
  const progress = new Map(
    await Promise.all(slots.map(async slot => [slot, await feed.slots.newest(slot, at)] as const)),
  );
  const series = await Promise.all(
    symbols.map((symbol, index) => {
      const of = progress.get(slotOf(symbol)) ?? { through: 0, block: undefined };
      const range = rangeAt({ symbol, from, to, limit, order: query.order }, places?.[index]);
      return seriesOf(feed, query, range, of, signal);
    }),
  );
  const hasMore = series.some(({ next }) => next !== undefined);
  return {
    series,
    through: Math.min(...series.map(({ through }) => through)),
    ...(hasMore && {
      nextCursor: cursorOf(
        question,
        series.map(({ next }) => next ?? null),
      ),
    }),
  };
}

/** Everything that tells this question from another. */
function questionOf({ cursor: _, format: _form, ...question }: BarsQuery): object {
  return question;
}

/** What is left of the range for a page that begins there. @param place undefined on the first page, null where there is no more */
function rangeAt(range: Range, place: number | null | undefined): Range | string {
  if (place === undefined) return range;
  if (place === null) return range.symbol;
  return range.order === 'asc'
    ? { ...range, from: Math.max(range.from, place) }
    : { ...range, to: Math.min(range.to, place) };
}

async function seriesOf(
  feed: Feed,
  { symbols, timeframe, open }: BarsQuery,
  range: Range | string,
  progress: Progress,
  signal: AbortSignal,
): Promise<SymbolBars> {
  const { through } = progress;
  if (typeof range === 'string') return { symbol: range, bars: [], gaps: [], through };
  const blocks = Math.max(1, Math.floor(MOST_BLOCKS / symbols.length));
  const page =
    timeframe === '1m'
      ? await minutePage(feed, range, blocks, signal)
      : await rolledPage(feed, timeframe, range, open ? progress : undefined, signal);
  const covered = coveredBy(page, range, through);
  const gaps = covered ? await gapsOf(feed, range.symbol, timeframe, covered, through, signal) : [];
  return { ...page, symbol: range.symbol, gaps, through };
}

function limitOf({ symbols, limit }: BarsQuery): number {
  const most = Math.floor(MOST_BARS / symbols.length);
  if (limit === undefined) return Math.min(USUAL_BARS, most);
  if (limit <= most) return limit;
  throw refused(
    'limit',
    limit,
    `use at most ${most} for ${symbols.length} symbols, for an answer has at most ${MOST_BARS} bars`,
  );
}

/** Written piece by piece: a bar is the text of its record, whose volume may have more digits than a number holds. */
function jsonAnswer({ series, through, nextCursor }: Bars): Answer {
  const bySymbol = (of: (each: SymbolBars) => string) =>
    `{${series.map(each => `${JSON.stringify(each.symbol)}:${of(each)}`).join(',')}}`;
  const members = [
    `"bars":${bySymbol(({ bars }) => `[${bars.map(({ text }) => text).join(',')}]`)}`,
    `"gaps":${bySymbol(({ gaps }) => JSON.stringify(gaps))}`,
    ...(through > 0 ? [`"through":${through}`] : []),
    ...(nextCursor === undefined ? [] : [`"nextCursor":${JSON.stringify(nextCursor)}`]),
  ];
  return { type: 'application/json', text: `{${members.join(',')}}` };
}
