/** How single items are put, changed and deleted. */
import type { Answer } from './answer.ts';
import { consumed, writeUnits } from './capacity.ts';
import { testOf } from './expressions/condition.ts';
import { projected, treeOf } from './expressions/paths.ts';
import { Placeholders, type WithExpressions } from './expressions/placeholders.ts';
import type { Kind } from './expressions/reader.ts';
import { updateOf } from './expressions/update.ts';
import type { Request } from './requests.ts';
import { newItem, type Table, type Write, type Written } from './table.ts';
import { type Item, itemOf } from './values/attribute-value.ts';
import { validation } from './values/errors.ts';

type Single = Request<'PutItem' | 'DeleteItem' | 'UpdateItem'>;

export function put(table: Table, request: Request<'PutItem'>): Answer {
  const item = newItem(request.Item);
  const { test } = expressionsOf(request);
  const place = table.schema.placeOfItem(item);
  return answer(table, request, written(table, request, { place, test, change: () => item }));
}

export function remove(table: Table, request: Request<'DeleteItem'>): Answer {
  const { test } = expressionsOf(request);
  const place = table.schema.placeOfKey(itemOf(request.Key));
  return answer(table, request, written(table, request, { place, test, change: () => undefined }));
}

export function update(table: Table, request: Request<'UpdateItem'>): Answer {
  const key = itemOf(request.Key);
  const { test, changes } = expressionsOf(request, ['UpdateExpression', 'ConditionExpression']);
  const place = table.schema.placeOfKey(key);
  for (const { name } of table.schema.parts)
    if (changes?.paths.some(([first]) => first === name))
      throw validation(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
  const change = (before: Item = key) => changes?.apply(before) ?? before;
  const { ReturnValues: wanted = 'NONE' } = request;
  const done = written(table, request, { place, test, change });
  const of = wanted.endsWith('NEW') ? done.after : done.before;
  const part = changes && projected(of ?? {}, treeOf(changes.paths));
  const shown = wanted.startsWith('ALL') ? of : part;
  return answer(table, request, done, wanted === 'NONE' ? undefined : shown);
}

function written(table: Table, request: Single, write: Write): Written {
  return table.write({ ...write, showsItem: request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' });
}

function answer(
  { name }: Table,
  { ReturnConsumedCapacity, ReturnValues }: Single,
  { before, size }: Written,
  attributes = ReturnValues === 'ALL_OLD' ? before : undefined,
): Answer {
  return {
    Attributes: attributes && Object.keys(attributes).length > 0 ? attributes : undefined,
    ConsumedCapacity: consumed(ReturnConsumedCapacity, name, writeUnits(size)),
  };
}

/** @throws ServiceError when they are none, or something behind `#` or `:` is not used */
function expressionsOf(request: WithExpressions, kinds: readonly Kind[] = ['ConditionExpression']) {
  const { ConditionExpression: condition, UpdateExpression: change } = request;
  const placeholders = new Placeholders(request, kinds);
  const changes = change === undefined ? undefined : updateOf(change, placeholders);
  const test = condition === undefined ? undefined : testOf('ConditionExpression', condition, placeholders);
  placeholders.expectUsed();
  return { test, changes };
}
