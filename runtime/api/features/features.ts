/** `GET /v1/features`: features of each minute of some symbols, made of the session's minutes as the log has them now. */
import { seriesAnswer } from '../bars/answer.ts';
import { minutePage } from '../bars/minutes.ts';
import { type PagedQuery, pagesOf, type Reader } from '../bars/pages.ts';
import type { FeaturesQuery } from '../contract/queries.ts';
import type { Feed } from '../feed/feed.ts';
import type { Request } from '../http/request.ts';
import type { Answer } from '../http/response.ts';
import { featureRows } from './rows.ts';
import { wholeFrom } from './whole-sessions.ts';

/** @throws Problem */
export async function featuresAnswer(
  feed: Feed,
  query: FeaturesQuery,
  request: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const { symbols, names } = query;
  const reader: Reader = {
    timeframe: '1m',
    begin: from => wholeFrom(feed, symbols, from, request.at, signal),
    page: async (range, { through }, blocks) => {
      const page = await minutePage(feed, range, blocks, signal);
      const starts = page.bars.map(({ start }) => start);
      return { ...page, bars: await featureRows(feed, range.symbol, starts, names, through, signal) };
    },
  };
  const paged: PagedQuery = query;
  const rows = await pagesOf(feed, paged, reader, request.at, signal);
  const columns = ['symbol', 'start', 'end', ...names, 'minutes', 'uncovered', 'session', 'final', 'version'];
  return seriesAnswer(feed, rows, query, request, { member: 'features', columns }, signal);
}
