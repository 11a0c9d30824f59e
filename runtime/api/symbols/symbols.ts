/** `GET /v1/symbols`: what a feed has bars of, in the order of their characters. */
import { MOST_LISTED, type SymbolsQuery } from '../contract/queries.ts';
import type { Feed } from '../feed/feed.ts';
import { cursorOf, textIn } from '../http/cursor.ts';
import type { Answer } from '../http/response.ts';

export async function symbolsAnswer(feed: Feed, query: SymbolsQuery, signal: AbortSignal): Promise<Answer> {
  const { cursor, limit = MOST_LISTED, ...question } = query;
  const asked = { list: 'symbols', limit, ...question };
  const page = await feed.symbols.list(
    {
      limit,
      ...(query.prefix !== undefined && { prefix: query.prefix }),
      ...(cursor !== undefined && { after: textIn(cursor, asked) }),
    },
    signal,
  );
  const last = page.symbols.at(-1);
  const answer = {
    symbols: page.symbols,
    ...(page.hasMore && last && { nextCursor: cursorOf(asked, [last.symbol]) }),
  };
  return { type: 'application/json', text: JSON.stringify(answer) };
}
