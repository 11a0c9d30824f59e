/** Lists of the vendor's REST: filtered, sorted and cut into pages as their queries ask. */
import { badRequest, decodeCursor, encodeCursor, nextRequestId, wholeParameter } from './rest-reply.ts';

export type ListRow = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ListOptions {
  /** Fields that can be filtered by, each also as `.gte .gt .lte .lt .any_of`. */
  readonly filters: readonly string[];
  /** Fields that can be sorted by; the first is what is sorted by when nobody says. */
  readonly sorts: readonly string[];
  /** Fields that `search` looks into. @default none */
  readonly searched?: readonly string[];
  readonly limit: { readonly usual: number; readonly most: number };
}

/** By character code, case and all. */
const COMPARE: Readonly<Record<string, (value: string, bound: string) => boolean>> = {
  '': (value, bound) => value === bound,
  '.gte': (value, bound) => value >= bound,
  '.gt': (value, bound) => value > bound,
  '.lte': (value, bound) => value <= bound,
  '.lt': (value, bound) => value < bound,
  '.any_of': (value, bound) => bound.split(',').includes(value),
};

/** One page, and where the next one begins; undefined on the last. @throws Refusal 400 */
export function listPage(rows: readonly ListRow[], query: URLSearchParams, options: ListOptions) {
  const cursor = query.get('cursor');
  const given = cursor === null ? query : decodeCursor(cursor);
  const { usual, most } = options.limit;
  const limit = wholeParameter(given, 'limit', usual, most);
  const wanted = rows.filter(
    row => isFound(row, options, given) && options.filters.every(field => fits(row, field, given)),
  );
  const { field, descends } = sortOf(given, options.sorts);
  const sorted = wanted.toSorted((a, b) => byCode(String(a[field] ?? ''), String(b[field] ?? '')));
  if (descends) sorted.reverse();
  const skip = Number(given.get('skip') ?? 0);
  const results = sorted.slice(skip, skip + limit);
  const next = Object.fromEntries([...given].filter(([name]) => name !== 'apiKey'));
  return {
    body: { results, status: 'OK', request_id: nextRequestId(), count: results.length },
    cursor: skip + limit < sorted.length ? encodeCursor({ ...next, skip: `${skip + limit}` }) : undefined,
  };
}

function isFound(row: ListRow, { searched = [] }: ListOptions, query: URLSearchParams): boolean {
  const words = query.get('search')?.toLowerCase() ?? '';
  return words === '' || searched.some(field => String(row[field]).toLowerCase().includes(words));
}

function fits(row: ListRow, field: string, query: URLSearchParams): boolean {
  return Object.entries(COMPARE).every(([suffix, compare]) => {
    const bound = query.get(`${field}${suffix}`);
    return bound === null || compare(String(row[field] ?? ''), bound);
  });
}

/** `sort=ticker&order=desc`, or `sort=ticker.desc`. */
function sortOf(query: URLSearchParams, sorts: readonly string[]) {
  const [field = '', direction = query.get('order') ?? 'asc'] = (query.get('sort') ?? sorts[0] ?? '').split(
    '.',
  );
  if (!sorts.includes(field)) throw badRequest(`sort is '${field}': use one of ${sorts.join(', ')}`);
  if (direction !== 'asc' && direction !== 'desc')
    throw badRequest(`order is '${direction}': use asc or desc`);
  return { field, descends: direction === 'desc' };
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
