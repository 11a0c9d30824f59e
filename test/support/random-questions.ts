/** Random questions to the query API over HTTP, and the answers that the streams' highest versions make. */
import type { Line } from './import-command.ts';
import type { Random } from './random.ts';

export interface Question {
  readonly symbols: readonly string[];
  readonly timeframe: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly order?: 'asc' | 'desc';
  readonly open?: boolean;
  readonly format?: 'csv';
}

/** By symbol, in the order of the answer. */
export type Answered = Readonly<Record<string, readonly Line[]>>;

const TIMEFRAMES = ['1m', '5m', '15m', '30m', '1h', '4h'];

/** @param bars of every timeframe, among which it begins and ends */
export function anyQuestion(random: Random, bars: readonly Line[]): Question {
  const known = [...new Set(bars.map(({ symbol }) => String(symbol)))];
  const symbols = random.shuffled(known).slice(0, random.between(1, known.length));
  const timeframe = random.pick(TIMEFRAMES);
  // Minutes before the log of a slot are refused: whatever a symbol has lies in it.
  const theirs = bars.filter(({ symbol }) => symbol === symbols[0]).map(({ start }) => Number(start));
  const [from = 0, to = 0] = [random.pick(theirs), random.pick(theirs)].sort((a, b) => a - b);
  return {
    ...{ symbols, timeframe },
    ...(random.chance(0.7) && { from }),
    ...(random.chance(0.7) && { to: to + random.between(1, 400) * 60_000 }),
    ...(random.chance(0.7) && { limit: random.pick([40, 250, 1_000]) }),
    ...(random.chance(0.7) && { order: random.pick(['asc', 'desc'] as const) }),
    ...(random.chance(0.5) && { open: true }),
    ...(random.chance(0.3) && { format: 'csv' as const }),
  };
}

/** What the streams say. @param bars highest versions of all timeframes */
export function wanted(
  { symbols, timeframe, from = 0, to = 9e12, order }: Question,
  bars: readonly Line[],
): Answered {
  return Object.fromEntries(
    symbols.map(symbol => {
      const inside = bars.filter(
        bar =>
          bar['symbol'] === symbol &&
          bar['timeframe'] === timeframe &&
          Number(bar['start']) >= from &&
          Number(bar['start']) < to,
      );
      const sorted = inside.toSorted((a, b) => Number(a['start']) - Number(b['start']));
      return [symbol, order === 'desc' ? sorted.reverse() : sorted];
    }),
  );
}

/** All pages of an answer, put together. @throws Error for a page with more bars than it may have, and for a refusal */
export async function answered(page: string, question: Question): Promise<Answered> {
  const { symbols, limit = 1_000, ...rest } = question;
  const all = new Map<string, Line[]>(symbols.map(symbol => [symbol, []]));
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ symbols: symbols.join(','), limit: String(limit) });
    for (const [name, value] of Object.entries(rest)) query.set(name, String(value));
    if (cursor !== undefined) query.set('cursor', cursor);
    const answer = await fetch(new URL(`/v1/bars?${query}`, page));
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${body}`);
    const { bars, next } = question.format === 'csv' ? ofCsv(answer.headers, body) : ofJson(body);
    for (const symbol of symbols) {
      const got = bars.filter(bar => bar['symbol'] === symbol);
      if (got.length > limit) throw new Error(`${got.length} bars of ${symbol} on a page of ${limit}`);
      all.get(symbol)?.push(...got);
    }
    cursor = next;
  } while (cursor !== undefined);
  return Object.fromEntries(all);
}

function ofJson(body: string): { bars: readonly Line[]; next: string | undefined } {
  const { bars, nextCursor }: { bars: Answered; nextCursor?: string } = JSON.parse(body);
  return { bars: Object.values(bars).flat(), next: nextCursor };
}

/** Cells become what JSON has in their place; columns that a bar lacks are empty. */
function ofCsv(headers: Headers, body: string): { bars: readonly Line[]; next: string | undefined } {
  const [header = '', ...rows] = body.trimEnd().split('\r\n');
  const names = header.split(',');
  const texts = ['symbol', 'timeframe', 'session'];
  const bars = rows.map(row =>
    Object.fromEntries(
      row.split(',').flatMap((cell, n) => {
        const name = names[n] ?? '';
        if (cell === '') return [];
        return [[name, texts.includes(name) ? cell : JSON.parse(cell)]];
      }),
    ),
  );
  return {
    bars: bars.map(bar => ({ type: 'bar', schema: 1, ...bar })),
    next: headers.get('barflow-next-cursor') ?? undefined,
  };
}
