/** `GET /v1/bars`: bars of some symbols, page by page, with the gaps between them and how far the feed is. */
import type { BarsQuery } from '../contract/queries.ts';
import type { Feed } from '../feed/feed.ts';
import type { Request } from '../http/request.ts';
import type { Answer } from '../http/response.ts';
import { seriesAnswer } from './answer.ts';
import { columns } from './csv.ts';
import { expectLogged, minutePage } from './minutes.ts';
import { pagesOf, type Reader } from './pages.ts';
import { rolledPage } from './rolled.ts';

/** @throws Problem */
export async function barsAnswer(
  feed: Feed,
  query: BarsQuery,
  request: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const reader = readerOf(feed, query, request.at, signal);
  const bars = await pagesOf(feed, query, reader, request.at, signal);
  return seriesAnswer(feed, bars, query, request, { member: 'bars', columns }, signal);
}

function readerOf(
  feed: Feed,
  { symbols, timeframe, open }: BarsQuery,
  at: number,
  signal: AbortSignal,
): Reader {
  if (timeframe !== '1m')
    return {
      timeframe,
      begin: async from => from,
      page: (range, progress) => rolledPage(feed, timeframe, range, open ? progress : undefined, signal),
    };
  return {
    timeframe,
    begin: async from => {
      await expectLogged(feed, symbols, from, at, signal);
      return from;
    },
    page: (range, _, blocks) => minutePage(feed, range, blocks, signal),
  };
}
