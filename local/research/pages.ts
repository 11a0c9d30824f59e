/** Pages of the query API as an export reads them: bars in the text that the stream carries, for a number holds not every volume. */
import * as v from 'valibot';
import { barTextsIn } from '../../kit/api/index.ts';
import { OperatorError } from '../operate/operator-error.ts';
import type { Ask } from './api-client.ts';

const more = v.object({ nextCursor: v.optional(v.string()) });
const symbolsPage = v.object({ symbols: v.array(v.object({ symbol: v.string() })), ...more.entries });

export interface BarsPage {
  /** Texts of JSON. */
  readonly bars: readonly string[];
  readonly nextCursor?: string | undefined;
}

/** @throws OperatorError for what is no page of bars */
export function barsIn(text: string, symbol: string): BarsPage {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), more), text);
  if (!read.success || !text.startsWith('{"bars":{')) throw unreadable(text);
  return { bars: barTextsIn(text).get(symbol) ?? [], nextCursor: read.output.nextCursor };
}

/** Of a feed, in the API's order. @throws OperatorError for what is no page of symbols */
export async function allSymbols(ask: Ask, feed: string | undefined): Promise<string[]> {
  const symbols: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { ...(feed !== undefined && { feed }), ...(cursor !== undefined && { cursor }) };
    const page = symbolsIn(await ask('/v1/symbols', query));
    symbols.push(...page.symbols);
    cursor = page.nextCursor;
    if (cursor === undefined) return symbols;
  }
}

/** @throws OperatorError for what is no page of symbols */
function symbolsIn(text: string): {
  readonly symbols: string[];
  readonly nextCursor?: string | undefined;
} {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), symbolsPage), text);
  if (!read.success) throw unreadable(text);
  const { symbols, nextCursor } = read.output;
  return { symbols: symbols.map(({ symbol }) => symbol), nextCursor };
}

function unreadable(text: string): OperatorError {
  return new OperatorError(`what answers is no query API of this version: ${text.slice(0, 120)}`);
}
