/** Many items at once: gets and writes of several tables. */
import { type Answer, Json } from './answer.ts';
import { consumed, readUnits, writeUnits } from './capacity.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { projectionOf } from './expressions/projection.ts';
import { checked, keysToGet, type Request, toWrite } from './requests.ts';
import { newItem, readItem, type Table, type Write } from './table.ts';
import { itemOf } from './values/attribute-value.ts';
import { validation } from './values/errors.ts';

const MOST = { gets: 100, writes: 25 };
/** Bytes that one answer holds. */
const ANSWER = 16 * 2 ** 20;

type Find = (name: string) => Table;

export function batchGet(
  { RequestItems, ReturnConsumedCapacity }: Request<'BatchGetItem'>,
  find: Find,
): Answer {
  const asked = Object.entries(RequestItems).map(([name, wanted]) => {
    const { Keys, ...rest } = checked(keysToGet, wanted, `RequestItems.${name}`);
    const { ProjectionExpression: text, ConsistentRead } = rest;
    const placeholders = new Placeholders(rest, ['ProjectionExpression']);
    const project = text === undefined ? undefined : projectionOf(text, placeholders);
    placeholders.expectUsed();
    const table = find(name);
    const places = Keys.map(key => table.schema.placeOfKey(itemOf(key)));
    expectDistinct(places);
    return { table, Keys, places, rest, project, ConsistentRead };
  });
  expectCount(asked.flatMap(({ Keys }) => Keys).length, MOST.gets, 'BatchGetItem');
  let size = 0;
  const [responses, unprocessed, capacities]: [string[], [string, object][], (object | undefined)[]] = [
    [],
    [],
    [],
  ];
  for (const { table, Keys, places, rest, project, ConsistentRead } of asked) {
    const texts: string[] = [];
    const left: unknown[] = [];
    let units = 0;
    for (const [index, place] of places.entries()) {
      const stored = table.get(place);
      if (stored && size + stored.size > ANSWER) {
        left.push(Keys[index]);
        continue;
      }
      size += stored?.size ?? 0;
      units += readUnits(stored?.size ?? 0, ConsistentRead);
      if (stored) texts.push(project ? JSON.stringify(project(readItem(stored))) : stored.text);
    }
    responses.push(`${JSON.stringify(table.name)}:${Json.list(texts).text}`);
    if (left.length > 0) unprocessed.push([table.name, { ...rest, Keys: left }]);
    capacities.push(consumed(ReturnConsumedCapacity, table.name, units));
  }
  return {
    Responses: new Json(`{${responses.join(',')}}`),
    UnprocessedKeys: Object.fromEntries(unprocessed),
    ConsumedCapacity: capacities[0] && capacities,
  };
}

export function batchWrite(
  { RequestItems, ReturnConsumedCapacity }: Request<'BatchWriteItem'>,
  find: Find,
): Answer {
  const asked = Object.entries(RequestItems).map(([name, wanted]) => {
    const table = find(name);
    const writes = checked(toWrite, wanted, `RequestItems.${name}`).map((each): Write => {
      if ('DeleteRequest' in each)
        return { place: table.schema.placeOfKey(itemOf(each.DeleteRequest.Key)), change: () => undefined };
      const item = newItem(each.PutRequest.Item);
      return { place: table.schema.placeOfKey(table.schema.keyOf(item)), change: () => item };
    });
    expectDistinct(writes.map(({ place }) => place));
    return { table, writes };
  });
  expectCount(asked.flatMap(({ writes }) => writes).length, MOST.writes, 'BatchWriteItem');
  const capacities = asked.map(({ table, writes }) => {
    const units = writes.reduce((sum, write) => sum + writeUnits(table.write(write).size), 0);
    return consumed(ReturnConsumedCapacity, table.name, units);
  });
  return { UnprocessedItems: {}, ConsumedCapacity: capacities[0] && capacities };
}

function expectDistinct(places: readonly string[]): void {
  if (new Set(places).size !== places.length)
    throw validation('Provided list of item keys contains duplicates');
}

function expectCount(count: number, most: number, operation: string): void {
  if (count === 0) throw validation(`RequestItems of ${operation} must not be empty`);
  if (count > most) throw validation(`Too many items requested for the ${operation} call`);
}
