/** Pages of series as answers: JSON or CSV, or a problem where the only symbol is one that nobody has ever seen. */

import type { Feed } from '../feed/feed.ts';
import type { Request } from '../http/request.ts';
import type { Answer } from '../http/response.ts';
import { unknownSymbol } from '../symbols/nearest.ts';
import { csvAnswer, wantsCsv } from './csv.ts';
import type { Bars, SymbolBars } from './page.ts';
import type { PagedQuery } from './pages.ts';

export interface AnswerForm {
  /** What the answer calls the series. */
  readonly member: 'bars' | 'features';
  readonly columns: readonly string[];
}

/** @throws Problem */
export async function seriesAnswer(
  feed: Feed,
  bars: Bars,
  query: PagedQuery,
  request: Request,
  { member, columns }: AnswerForm,
  signal: AbortSignal,
): Promise<Answer> {
  const [only] = bars.series;
  const isEmpty = bars.series.length === 1 && only?.bars.length === 0 && only.next === undefined;
  if (isEmpty && query.cursor === undefined) {
    const problem = await unknownSymbol(feed, only.symbol, request.at, signal);
    if (problem) throw problem;
  }
  return wantsCsv(query, request) ? csvAnswer(bars, columns) : jsonAnswer(bars, member);
}

/** Written piece by piece: a bar is the text of its record, whose volume may have more digits than a number holds. */
function jsonAnswer({ series, through, nextCursor }: Bars, member: AnswerForm['member']): Answer {
  const bySymbol = (of: (each: SymbolBars) => string) =>
    `{${series.map(each => `${JSON.stringify(each.symbol)}:${of(each)}`).join(',')}}`;
  const members = [
    `"${member}":${bySymbol(({ bars }) => `[${bars.map(({ text }) => text).join(',')}]`)}`,
    `"gaps":${bySymbol(({ gaps }) => JSON.stringify(gaps))}`,
    ...(through > 0 ? [`"through":${through}`] : []),
    ...(nextCursor === undefined ? [] : [`"nextCursor":${JSON.stringify(nextCursor)}`]),
  ];
  return { type: 'application/json', text: `{${members.join(',')}}` };
}
