/** Which items a query reads: one partition, and a range of it. */
import { type AttributeValue, typeOf } from '../values/attribute-value.ts';
import { validation } from '../values/errors.ts';
import { AFTER, type KeyPart, type KeySchema } from '../values/key-schema.ts';
import { testOf } from './condition.ts';
import { parsedCondition } from './parsed.ts';
import type { Placeholders } from './placeholders.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

const KIND = 'KeyConditionExpression';

/** Places from `from` on and before `to`. */
export interface PlaceRange {
  readonly partition: string;
  readonly from: string;
  readonly to: string;
}

/** What is asked of one key. */
interface Asked {
  readonly by: Comparator | 'between' | 'begins_with';
  readonly values: readonly AttributeValue[];
}

const mirrored: Readonly<Record<Comparator, Comparator>> = {
  ...{ '=': '=', '<>': '<>' },
  ...{ '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
};

/** @throws ServiceError when the text asks for no range of one partition */
export function rangeOf(text: string, placeholders: Placeholders, schema: KeySchema): PlaceRange {
  testOf(KIND, text, placeholders);
  const asked = new Map<string, Asked>();
  collect(parsedCondition(KIND, text), placeholders, asked);
  const { hash, range } = schema;
  for (const { name } of [hash, ...(asked.size > 1 && range ? [range] : [])])
    if (!asked.has(name)) throw validation(`Query condition missed key schema element: ${name}`);
  if (asked.size > schema.parts.length) throw validation('Query key condition not supported');
  const { by, values } = asked.get(hash.name) ?? { by: '=', values: [] };
  const [value] = values;
  if (by !== '=' || value === undefined) throw validation('Query key condition not supported');
  expectType(values, hash);
  const partition = schema.partition(value);
  const within = range && asked.get(range.name);
  if (range === undefined || within === undefined)
    return { partition, from: partition, to: partition + AFTER };
  expectType(within.values, range);
  const [low = '', high = low] = within.values.map(each => partition + schema.place(each));
  return { partition, ...bounds(within.by, partition, low, high) };
}

/** What comes right after a place is that place with the least character behind it. */
function bounds(by: Asked['by'], partition: string, low: string, high: string) {
  const [after, end] = [(place: string) => `${place}\0`, partition + AFTER];
  if (by === '<') return { from: partition, to: low };
  if (by === '<=') return { from: partition, to: after(low) };
  if (by === '>') return { from: after(low), to: end };
  if (by === '>=') return { from: low, to: end };
  return { from: low, to: by === 'begins_with' ? low + AFTER : after(high) };
}

function collect(condition: Condition, placeholders: Placeholders, asked: Map<string, Asked>): void {
  if (isPair(condition)) {
    if (condition.kind === 'or') throw validation('Invalid operator used in KeyConditionExpression: OR');
    collect(condition.left, placeholders, asked);
    collect(condition.right, placeholders, asked);
    return;
  }
  if (condition.kind === 'not' || condition.kind === 'in')
    throw validation(`Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`);
  const [operands, by] = askedBy(condition);
  if (by === '<>') throw validation('Invalid operator used in KeyConditionExpression: <>');
  if (operands.some(({ kind }) => kind === 'call'))
    throw validation('KeyConditionExpressions cannot contain nested operations');
  const paths = operands.flatMap(each => (each.kind === 'path' ? [placeholders.path(KIND, each.path)] : []));
  if (paths.length > 1)
    throw validation(`Invalid condition in ${KIND}: Multiple attribute names used in one condition`);
  const [name, ...nested] = paths[0] ?? [];
  const isFirst = operands[0]?.kind === 'path';
  if (!isFirst && (by === 'between' || by === 'begins_with'))
    throw validation(
      `Invalid condition in ${KIND}: ${by === 'between' ? 'BETWEEN' : by} operator must have the key attribute as its first operand`,
    );
  if (typeof name !== 'string') throw validation(`Invalid condition in ${KIND}: No key attribute specified`);
  if (nested.length > 0)
    throw validation('KeyConditionExpressions cannot have conditions on nested attributes');
  if (asked.has(name)) throw validation('KeyConditionExpressions must only contain one condition per key');
  const values = operands.flatMap(each =>
    each.kind === 'value' ? [placeholders.value(KIND, each.name)] : [],
  );
  asked.set(name, { by: isFirst || by === 'between' || by === 'begins_with' ? by : mirrored[by], values });
}

function isPair(condition: Condition): condition is Extract<Condition, { left: Condition }> {
  return condition.kind === 'and' || condition.kind === 'or';
}

function askedBy(
  condition: Extract<Condition, { kind: 'compare' | 'between' | 'call' }>,
): readonly [readonly Operand[], Asked['by']] {
  if (condition.kind === 'compare') return [[condition.left, condition.right], condition.by];
  if (condition.kind === 'between') return [[condition.of, condition.low, condition.high], 'between'];
  if (condition.name === 'begins_with') return [condition.args, 'begins_with'];
  throw validation(`Invalid operator used in KeyConditionExpression: ${condition.name}`);
}

function expectType(values: readonly AttributeValue[], { type }: KeyPart): void {
  if (values.some(value => typeOf(value) !== type))
    throw validation(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
}
