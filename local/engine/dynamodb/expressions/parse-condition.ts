/** Conditions, filters and key conditions as they are written: OR binds least, then AND, then NOT. */
import type { Reader } from './reader.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

const comparators: ReadonlyMap<string, Comparator> = new Map(
  (['=', '<>', '<', '<=', '>', '>='] as const).map(sign => [sign, sign]),
);
/** How many operands a function takes. */
const operands: ReadonlyMap<string, number> = new Map([
  ['attribute_exists', 1],
  ['attribute_not_exists', 1],
  ['attribute_type', 2],
  ['begins_with', 2],
  ['contains', 2],
  ['size', 1],
]);
const MOST_IN = 100;

/** @throws ServiceError when it is none */
export function parseCondition(reader: Reader): Condition {
  const condition = disjunction(reader);
  reader.expectEnd();
  return condition;
}

function disjunction(reader: Reader): Condition {
  let left = conjunction(reader);
  while (reader.skip('OR')) left = { kind: 'or', left, right: conjunction(reader) };
  return left;
}

function conjunction(reader: Reader): Condition {
  let left = negation(reader);
  while (reader.skip('AND')) left = { kind: 'and', left, right: negation(reader) };
  return left;
}

function negation(reader: Reader): Condition {
  return reader.skip('NOT') ? { kind: 'not', of: negation(reader) } : single(reader);
}

function single(reader: Reader): Condition {
  if (reader.skip('(')) {
    const condition = disjunction(reader);
    reader.expect(')');
    if (reader.enclosed.has(condition)) throw reader.error('The expression has redundant parentheses;');
    reader.enclosed.add(condition);
    return condition;
  }
  const left = reader.operand();
  const by = comparators.get(reader.next);
  if (by !== undefined) {
    reader.take();
    return { kind: 'compare', by, left: used(reader, left), right: used(reader, reader.operand()) };
  }
  if (reader.skip('BETWEEN')) {
    const low = used(reader, reader.operand());
    reader.expect('AND');
    return { kind: 'between', of: used(reader, left), low, high: used(reader, reader.operand()) };
  }
  if (reader.skip('IN')) {
    reader.expect('(');
    const among = reader.list(() => used(reader, reader.operand()));
    reader.expect(')');
    if (among.length > MOST_IN)
      throw reader.error(
        `Incorrect number of operands for operator or function; operator or function: IN, number of operands: ${among.length}`,
      );
    return { kind: 'in', of: used(reader, left), among };
  }
  if (left.kind !== 'call') throw reader.unexpected();
  const { name, args } = called(reader, left);
  if (name === 'size') throw misused(reader, name);
  return { kind: 'call', name, args };
}

/** An operand, of which `size` alone may be a function. */
function used(reader: Reader, operand: Operand): Operand {
  if (operand.kind === 'call' && called(reader, operand).name !== 'size') throw misused(reader, operand.name);
  return operand;
}

function called(reader: Reader, call: Extract<Operand, { kind: 'call' }>) {
  const { name, args } = call;
  const count = operands.get(name);
  if (count === undefined) throw reader.error(`Invalid function name; function: ${name}`);
  for (const each of args) used(reader, each);
  if (args.length !== count)
    throw reader.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
    );
  return call;
}

function misused(reader: Reader, name: string) {
  return reader.error(`The function is not allowed to be used this way in an expression; function: ${name}`);
}
