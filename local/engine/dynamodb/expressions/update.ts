/** Items as an update expression changes them. What it refers to is the item as it was. */
import { type AttributeValue, attribute, elementsOf, type Item, typeOf } from '../values/attribute-value.ts';
import { sum } from '../values/decimal.ts';
import { validation } from '../values/errors.ts';
import { parsedUpdate } from './parsed.ts';
import { at, clashOf, type Path } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import type { Change, Operand, Term } from './syntax.ts';

export interface Update {
  /** What it sets, removes or adds to. */
  readonly paths: readonly Path[];
  /** @throws ServiceError when the item is not as the update needs it */
  apply(item: Item): Item;
}

/** One change of an item: what is put at a path, or nothing where something is removed. */
interface Edit {
  readonly path: Path;
  readonly value: AttributeValue | undefined;
}

const KIND = 'UpdateExpression';
const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
/** As the service calls them in errors of ADD and DELETE. */
const names: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ S: 'STRING', N: 'NUMBER', B: 'BINARY', NULL: 'NULL' },
    ...{ BOOL: 'BOOLEAN', L: 'LIST', M: 'MAP' },
  }),
);

/** The update that a text is. @throws ServiceError when it is none */
export function updateOf(text: string, placeholders: Placeholders): Update {
  const edits = parsedUpdate(KIND, text).map(change => {
    const path = placeholders.path(KIND, change.path);
    return { path, section: change.section, valueFor: bind(change, path, placeholders) };
  });
  const paths = edits.map(({ path }) => path);
  const clash = clashOf(paths);
  if (clash !== undefined) throw error(clash);
  return {
    paths,
    apply(item) {
      const made = edits.map(({ path, section, valueFor }) => ({ path, section, value: valueFor(item) }));
      const removed = made
        .filter(({ value }) => value === undefined)
        .sort((a, b) => lastFirst(a.path, b.path));
      let changed = item;
      for (const edit of [...made.filter(({ value }) => value !== undefined), ...removed])
        changed = edited(changed, edit);
      return changed;
    },
  };
}

/** @returns what is at the path afterwards */
function bind(
  change: Change,
  path: Path,
  placeholders: Placeholders,
): (item: Item) => AttributeValue | undefined {
  if (change.section === 'REMOVE') return () => undefined;
  if (change.section === 'SET') return bindTerm(change.term, placeholders);
  const { section } = change;
  const value = placeholders.value(KIND, change.name);
  const name = names.get(typeOf(value));
  if (name !== undefined && !(section === 'ADD' && 'N' in value))
    throw error(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${name}`,
    );
  return item => {
    const before = at(item, path);
    if (before === undefined) return section === 'ADD' ? value : undefined;
    if ('N' in value && 'N' in before) return { N: sum(before.N, value.N, 1n) };
    const [had, given] = [elementsOf(before), elementsOf(value)];
    if (typeOf(before) !== typeOf(value) || !had || !given) throw validation(WRONG_TYPE);
    const kept =
      section === 'ADD' ? [...new Set([...had, ...given])] : had.filter(each => !given.includes(each));
    return kept.length === 0 ? undefined : setLike(value, kept);
  };
}

function bindTerm(term: Term, placeholders: Placeholders): (item: Item) => AttributeValue {
  if (term.kind === 'sum') {
    const sign = term.sign === '+' ? 1n : -1n;
    const [left, right] = [term.left, term.right].map(each => {
      expectType(each, 'N', term.sign, placeholders);
      return bindTerm(each, placeholders);
    });
    return item => {
      const [a, b] = [left?.(item), right?.(item)];
      if (a && b && 'N' in a && 'N' in b) return { N: sum(a.N, b.N, sign) };
      throw validation(WRONG_TYPE);
    };
  }
  if (term.kind === 'value') {
    const value = placeholders.value(KIND, term.name);
    return () => value;
  }
  if (term.kind === 'path') {
    const path = placeholders.path(KIND, term.path);
    return item => {
      const value = at(item, path);
      if (value !== undefined) return value;
      throw validation('The provided expression refers to an attribute that does not exist in the item');
    };
  }
  const [first, second] = term.args;
  if (first === undefined || second === undefined) throw error(`${term.name} takes two operands`);
  if (term.name === 'if_not_exists' && first.kind === 'path') {
    const path = placeholders.path(KIND, first.path);
    const otherwise = bindTerm(second, placeholders);
    return item => at(item, path) ?? otherwise(item);
  }
  for (const each of term.args) expectType(each, 'L', term.name, placeholders);
  const [left, right] = [bindTerm(first, placeholders), bindTerm(second, placeholders)];
  return item => {
    const [a, b] = [left(item), right(item)];
    if ('L' in a && 'L' in b) return { L: [...a.L, ...b.L] };
    throw validation(WRONG_TYPE);
  };
}

function expectType(operand: Operand, type: 'N' | 'L', by: string, placeholders: Placeholders): void {
  if (operand.kind !== 'value') return;
  const value = placeholders.value(KIND, operand.name);
  if (!(type in value))
    throw error(
      `Incorrect operand type for operator or function; operator or function: ${by}, operand type: ${typeOf(value)}`,
    );
}

/** The item with that edit. */
function edited(item: Item, { path, value }: Edit): Item {
  const changed = within({ M: item }, path, value);
  if ('M' in changed) return changed.M;
  throw new Error('an item is a map');
}

function within(
  inside: AttributeValue,
  [piece, ...rest]: Path,
  value: AttributeValue | undefined,
): AttributeValue {
  const isFit = typeof piece === 'number' ? 'L' in inside : 'M' in inside;
  const before =
    typeof piece === 'number'
      ? 'L' in inside && inside.L[piece]
      : 'M' in inside && piece !== undefined && attribute(inside.M, piece);
  if (!isFit || (rest.length > 0 && !before))
    throw validation('The document path provided in the update expression is invalid for update');
  const after = rest.length > 0 && before ? within(before, rest, value) : value;
  if ('L' in inside && typeof piece === 'number') {
    const index = Math.min(piece, inside.L.length);
    return { L: inside.L.toSpliced(index, 1, ...(after === undefined ? [] : [after])) };
  }
  if (!('M' in inside)) throw new Error('a path leads through maps and lists');
  const others = Object.entries(inside.M).filter(([name]) => name !== piece);
  return { M: Object.fromEntries(after === undefined ? others : [...others, [String(piece), after]]) };
}

/** What comes last in a list is removed first: the others keep their places. */
function lastFirst(a: Path, b: Path): number {
  const [left, right] = [a.at(-1), b.at(-1)];
  return typeof left === 'number' && typeof right === 'number' ? right - left : 0;
}

function setLike(value: AttributeValue, elements: readonly string[]): AttributeValue {
  if ('SS' in value) return { SS: elements };
  return 'NS' in value ? { NS: elements } : { BS: elements };
}

function error(message: string) {
  return validation(`Invalid ${KIND}: ${message}`);
}
