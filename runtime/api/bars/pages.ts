/** Pages of some symbols' series: each symbol's part of the question read, with the gaps in it, how far the feed is, and where the next page goes on. */
import type { Timeframe } from '../../markets/timeframe.ts';
import { slotOf } from '../../records/slot.ts';
import { MOST_BARS, USUAL_BARS } from '../contract/queries.ts';
import type { Feed } from '../feed/feed.ts';
import { cursorOf, placesIn } from '../http/cursor.ts';
import { refused } from '../http/query.ts';
import { gapsOf } from './gaps.ts';
import { type Bars, coveredBy, NEVER, type Order, type Page, type Range, type SymbolBars } from './page.ts';
import type { Progress } from './rolled.ts';

/** Blocks of the log that one question reads: each holds up to a megabyte. */
const MOST_BLOCKS = 16;

/** What every question for a series has. */
export interface PagedQuery {
  readonly symbols: readonly string[];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
  readonly order: Order;
  readonly cursor?: string | undefined;
  readonly format?: unknown;
}

/** How one symbol's page is read. */
export interface Reader {
  readonly timeframe: Timeframe;
  /** Refuses a range that cannot be read, or moves its start to where it can be. @throws Problem */
  readonly begin: (from: number) => Promise<number>;
  /** @param blocks the most blocks of the log to read */
  readonly page: (range: Range, progress: Progress, blocks: number) => Promise<Page>;
}

/** @param at now, epoch ms of event time. @throws Problem */
export async function pagesOf(
  feed: Feed,
  query: PagedQuery,
  reader: Reader,
  at: number,
  signal: AbortSignal,
): Promise<Bars> {
  const { symbols, to = NEVER, order } = query;
  const limit = limitOf(query);
  expectOrdered(query);
  const question = questionOf(query);
  const places = query.cursor === undefined ? undefined : placesIn(query.cursor, question, symbols);
  const from = await reader.begin(query.from ?? 0);
  const slots = [...new Set(symbols.map(slotOf))];
  const progress = new Map(
    await Promise.all(slots.map(async slot => [slot, await feed.slots.newest(slot, at)] as const)),
  );
  const series = await Promise.all(
    symbols.map((symbol, index) => {
      const of = progress.get(slotOf(symbol)) ?? { through: 0, block: undefined };
      const range = rangeAt({ symbol, from, to, limit, order }, places?.[index]);
      return seriesOf(feed, symbols.length, reader, range, of, signal);
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

function expectOrdered({ from = 0, to = NEVER }: PagedQuery): void {
  if (from < to) return;
  const use = `use an instant after from, ${new Date(from).toISOString()}`;
  throw refused('to', new Date(to).toISOString(), use);
}

/** Everything that tells this question from another. */
function questionOf({ cursor: _, format: _form, ...question }: PagedQuery): object {
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
  symbols: number,
  reader: Reader,
  range: Range | string,
  progress: Progress,
  signal: AbortSignal,
): Promise<SymbolBars> {
  const { through } = progress;
  if (typeof range === 'string') return { symbol: range, bars: [], gaps: [], through };
  const blocks = Math.max(1, Math.floor(MOST_BLOCKS / symbols));
  const page = await reader.page(range, progress, blocks);
  const covered = coveredBy(page, range, through);
  const gaps = covered ? await gapsOf(feed, range.symbol, reader.timeframe, covered, through, signal) : [];
  return { ...page, symbol: range.symbol, gaps, through };
}

function limitOf({ symbols, limit }: PagedQuery): number {
  const most = Math.floor(MOST_BARS / symbols.length);
  if (limit === undefined) return Math.min(USUAL_BARS, most);
  if (limit <= most) return limit;
  throw refused(
    'limit',
    limit,
    `use at most ${most} for ${symbols.length} symbols, for an answer has at most ${MOST_BARS} bars`,
  );
}
