/** What faults make of a page, of whichever layout. */
import type { Page } from './rest-aggregates.ts';
import type { RestFault } from './rest-faults.ts';

type Body = Page['body'];

/** The page as the client gets it. */
export function spoiltPage(body: Body, fault: RestFault | undefined): Body {
  const { results } = body;
  return Array.isArray(results) && fault ? (SPOILT[fault]?.(body, results) ?? body) : body;
}

const SPOILT: Partial<Record<RestFault, (body: Body, rows: readonly Body[]) => Body>> = {
  duplicates: (body, rows) =>
    withRows(
      body,
      rows.flatMap(row => [row, row]),
    ),
  'other-highs': (body, rows) =>
    withRows(
      body,
      rows.map(row => ({ ...row, h: Number(row['h']) + 1 })),
    ),
  // Every other bar first, then the rest: no order, but always the same.
  unordered: (body, rows) =>
    withRows(body, [...rows.filter((_, n) => n % 2 === 1), ...rows.filter((_, n) => n % 2 === 0)]),
  'other-ticker': (body, rows) => ({
    ...withRows(
      body,
      rows.map(row => ({ ...row, ...doubled(row), ...('ticker' in row && { ticker: 'OTHER' }) })),
    ),
    ...('ticker' in body && { ticker: 'OTHER' }),
  }),
  miscounted: (body, rows) => ({ ...body, results: rows.slice(1) }),
  'last-refused': (body, rows) =>
    withRows(
      body,
      rows.map((row, n) => (n === rows.length - 1 ? { ...row, h: Number(row['l']) - 1 } : row)),
    ),
  'lacks-last': (body, rows) => withRows(body, rows.slice(0, -1)),
};

function withRows(body: Body, results: readonly Body[]): Body {
  const counts = ['resultsCount', 'count'].filter(name => name in body);
  return { ...body, results, ...Object.fromEntries(counts.map(name => [name, results.length])) };
}

/** The same bar at twice the prices. */
function doubled(row: Body): Body {
  const prices = ['o', 'h', 'l', 'c', 'open', 'high', 'low', 'close'].filter(name => name in row);
  return Object.fromEntries(prices.map(name => [name, 2 * Number(row[name])]));
}
