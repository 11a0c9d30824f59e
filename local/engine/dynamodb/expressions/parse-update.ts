/** Update expressions as they are written: SET, REMOVE, ADD and DELETE, each at most once. */
import type { Reader } from './reader.ts';
import type { Change, Operand, Term } from './syntax.ts';

const functions: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);

/** @throws ServiceError when it is none */
export function parseUpdate(reader: Reader): readonly Change[] {
  const changes: Change[] = [];
  const seen = new Set<string>();
  while (!reader.isAtEnd) {
    const section = reader.keyword;
    if (section !== 'SET' && section !== 'REMOVE' && section !== 'ADD' && section !== 'DELETE')
      throw reader.unexpected();
    if (seen.has(section))
      throw reader.error(`The "${section}" section can only be used once in an update expression;`);
    seen.add(section);
    reader.take();
    changes.push(...reader.list(() => change(reader, section)));
  }
  return changes;
}

function change(reader: Reader, section: Change['section']): Change {
  const path = reader.path();
  if (section === 'REMOVE') return { section, path };
  if (section !== 'SET') return { section, path, name: reader.value() };
  reader.expect('=');
  return { section, path, term: term(reader) };
}

function term(reader: Reader): Term {
  const left = operand(reader);
  const sign = reader.next;
  if (sign !== '+' && sign !== '-') return left;
  reader.take();
  return { kind: 'sum', sign, left, right: operand(reader) };
}

function operand(reader: Reader): Operand {
  if (reader.skip('(')) {
    const inner = operand(reader);
    reader.expect(')');
    return inner;
  }
  return known(reader, reader.operand());
}

function known(reader: Reader, operand: Operand): Operand {
  if (operand.kind !== 'call') return operand;
  const { name, args } = operand;
  if (!functions.has(name)) throw reader.error(`Invalid function name; function: ${name}`);
  for (const each of args) known(reader, each);
  if (args.length !== 2)
    throw reader.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
    );
  if (name === 'if_not_exists' && args[0]?.kind !== 'path')
    throw reader.error(`Operator or function requires a document path; operator or function: ${name}`);
  return operand;
}
