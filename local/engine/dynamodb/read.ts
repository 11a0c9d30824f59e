/** How queries and scans read a table, page by page. */

import { type Answer, Json } from './answer.ts';
import { consumed, readUnits } from './capacity.ts';
import { type Test, testOf } from './expressions/condition.ts';
import { rangeOf } from './expressions/key-condition.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { projectionOf } from './expressions/projection.ts';
import type { Request } from './requests.ts';
import type { Stored } from './sorted-items.ts';
import { readItem, type Table } from './table.ts';
import { itemOf } from './values/attribute-value.ts';
import { validation } from './values/errors.ts';
import { AFTER, segmentStart } from './values/key-schema.ts';

/** Bytes after which a page ends. */
const PAGE = 2 ** 20;

type Pages = Request<'Query'> | Request<'Scan'>;

/** From one place to before another. */
interface Range {
  readonly from: string;
  readonly to: string;
}

export function query(table: Table, request: Request<'Query'>): Answer {
  const placeholders = new Placeholders(request, [
    'ProjectionExpression',
    'FilterExpression',
    'KeyConditionExpression',
  ]);
  const range = rangeOf(request.KeyConditionExpression, placeholders, table.schema);
  const isForward = request.ScanIndexForward !== false;
  const start = startOf(table, request);
  if (start !== undefined && !start.startsWith(range.partition))
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  if (start !== undefined && (start < range.from || start >= range.to))
    throw validation('The provided starting key does not match the range key predicate');
  const keys = new Set(table.schema.parts.map(({ name }) => name));
  const filter = filterOf(request, placeholders, name => {
    if (keys.has(name))
      throw validation(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
  });
  return page(table, request, { placeholders, filter, range: after(range, start, isForward), isForward });
}

export function scan(table: Table, request: Request<'Scan'>): Answer {
  const placeholders = new Placeholders(request, ['ProjectionExpression', 'FilterExpression']);
  const filter = filterOf(request, placeholders, () => {});
  const range = segmentOf(request);
  const start = startOf(table, request);
  if (start !== undefined && (start < range.from || start >= range.to))
    throw validation(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${request.TotalSegments} Segment: ${request.Segment}`,
    );
  return page(table, request, { placeholders, filter, range: after(range, start, true), isForward: true });
}

/** How a page is read. */
interface Way {
  readonly placeholders: Placeholders;
  readonly filter: Test | undefined;
  readonly range: Range;
  readonly isForward: boolean;
}

function page(table: Table, request: Pages, { placeholders, filter, range, isForward }: Way): Answer {
  const { Limit = Infinity, ProjectionExpression, Select, ConsistentRead } = request;
  const isCount = Select === 'COUNT';
  if (ProjectionExpression !== undefined && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES')
    throw validation(
      `Cannot specify the ProjectionExpression when choosing to get ${isCount ? 'only the Count' : Select}`,
    );
  const project =
    ProjectionExpression === undefined ? undefined : projectionOf(ProjectionExpression, placeholders);
  placeholders.expectUsed();
  const texts: string[] = [];
  let [scanned, count, size] = [0, 0, 0];
  let last: Stored | undefined;
  for (const stored of table.items.between(range.from, range.to, isForward)) {
    scanned++;
    size += stored.size;
    last = stored;
    const item = filter || project ? readItem(stored) : {};
    if (!filter || filter(item)) {
      count++;
      if (!isCount) texts.push(project ? JSON.stringify(project(item)) : stored.text);
    }
    if (scanned >= Limit || size >= PAGE) break;
  }
  const isCut = last !== undefined && (scanned >= Limit || size >= PAGE);
  return {
    Items: isCount ? undefined : Json.list(texts),
    Count: count,
    ScannedCount: scanned,
    LastEvaluatedKey: isCut && last ? table.schema.keyOf(readItem(last)) : undefined,
    ConsumedCapacity: consumed(request.ReturnConsumedCapacity, table.name, readUnits(size, ConsistentRead)),
  };
}

function filterOf(
  { FilterExpression: text }: Pages,
  placeholders: Placeholders,
  used: (name: string) => void,
): Test | undefined {
  return text === undefined
    ? undefined
    : testOf('FilterExpression', text, placeholders, ([name]) => used(String(name)));
}

function startOf(table: Table, { ExclusiveStartKey: key }: Pages): string | undefined {
  if (key === undefined) return undefined;
  try {
    return table.schema.placeOfKey(itemOf(key));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw validation(`The provided starting key is invalid: ${why}`);
  }
}

function after({ from, to }: Range, start: string | undefined, isForward: boolean): Range {
  if (start === undefined) return { from, to };
  return isForward ? { from: `${start}\0`, to } : { from, to: start };
}

function segmentOf({ Segment, TotalSegments }: Request<'Scan'>): Range {
  if (Segment === undefined && TotalSegments === undefined) return { from: '', to: AFTER };
  if (TotalSegments === undefined)
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  if (Segment === undefined)
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  if (Segment >= TotalSegments)
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  return { from: segmentStart(Segment, TotalSegments), to: segmentStart(Segment + 1, TotalSegments) };
}
