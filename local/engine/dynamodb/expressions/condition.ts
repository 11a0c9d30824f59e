/** Whether an item is as a condition or a filter says. */
import {
  type AttributeValue,
  compare,
  type Item,
  type Type,
  typeOf,
  types,
} from '../values/attribute-value.ts';
import { validation } from '../values/errors.ts';
import { parsedCondition } from './parsed.ts';
import { at, type Path, pathText } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { beginsWith, contains, holds, sizeOf } from './relations.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

export type Test = (item: Item) => boolean;
type Kind = Parameters<typeof parsedCondition>[0];

/** An operand with what stands in it. */
interface Bound {
  readonly read: (item: Item) => AttributeValue | undefined;
  readonly value?: AttributeValue;
  readonly path?: Path;
}

const UNORDERED: ReadonlySet<Type> = new Set(['BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);
const BEGINNINGS: ReadonlySet<Type> = new Set(['S', 'B']);

/** The test that a text is. @param used is told of every path. @throws ServiceError when it is none */
export function testOf(
  kind: Kind,
  text: string,
  placeholders: Placeholders,
  used: (path: Path) => void = () => {},
): Test {
  return new Binder(kind, placeholders, used).test(parsedCondition(kind, text));
}

/** Puts names and values into a condition, and sees whether they can stand there. */
class Binder {
  readonly #kind: Kind;
  readonly #placeholders: Placeholders;
  readonly #used: (path: Path) => void;

  constructor(kind: Kind, placeholders: Placeholders, used: (path: Path) => void) {
    this.#kind = kind;
    this.#placeholders = placeholders;
    this.#used = used;
  }

  test(condition: Condition): Test {
    switch (condition.kind) {
      case 'and':
      case 'or': {
        const [left, right] = [this.test(condition.left), this.test(condition.right)];
        return condition.kind === 'and'
          ? item => left(item) && right(item)
          : item => left(item) || right(item);
      }
      case 'not': {
        const of = this.test(condition.of);
        return item => !of(item);
      }
      case 'compare': {
        const { by } = condition;
        const [left, right] = this.#distinct(
          by,
          [condition.left, condition.right].map(each => this.#operand(each)),
        );
        if (by !== '=' && by !== '<>') for (const each of [left, right]) this.#expectOrdered(each, by);
        return item => holds(by, left?.read(item), right?.read(item));
      }
      case 'between':
        return this.#between(condition.of, condition.low, condition.high);
      case 'in': {
        const [of, ...among] = [condition.of, ...condition.among].map(each => this.#operand(each));
        return item => among.some(each => holds('=', of?.read(item), each.read(item)));
      }
      case 'call':
        return this.#call(condition.name, condition.args);
    }
  }

  #between(...operands: readonly [Operand, Operand, Operand]): Test {
    const [of, low, high] = operands.map(each => this.#operand(each));
    for (const each of [low, high]) this.#expectOrdered(each, 'BETWEEN');
    this.#expectBounds(low?.value, high?.value);
    return item =>
      holds('>=', of?.read(item), low?.read(item)) && holds('<=', of?.read(item), high?.read(item));
  }

  #call(name: string, args: readonly Operand[]): Test {
    const [first, second] = this.#distinct(
      name,
      args.map(each => this.#operand(each)),
    );
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      if (first?.path === undefined)
        throw this.#error(`Operator or function requires a document path; operator or function: ${name}`);
      const wanted = name === 'attribute_exists';
      return item => (first.read(item) !== undefined) === wanted;
    }
    if (name === 'attribute_type') {
      const wanted = this.#typeNamed(second?.value);
      return item => {
        const value = first?.read(item);
        return value !== undefined && typeOf(value) === wanted;
      };
    }
    if (name === 'begins_with')
      for (const each of [first, second])
        if (each?.value && !BEGINNINGS.has(typeOf(each.value))) throw this.#wrongType(name, each.value);
    const isTrue = name === 'contains' ? contains : beginsWith;
    return item => {
      const [value, part] = [first?.read(item), second?.read(item)];
      return value !== undefined && part !== undefined && isTrue(value, part);
    };
  }

  #operand(written: Operand): Bound {
    if (written.kind === 'value') {
      const value = this.#placeholders.value(this.#kind, written.name);
      return { value, read: () => value };
    }
    if (written.kind === 'path') {
      const path = this.#placeholders.path(this.#kind, written.path);
      this.#used(path);
      return { path, read: item => at(item, path) };
    }
    const [of] = written.args.map(each => this.#operand(each));
    if (of?.value && /^(?:N|BOOL|NULL)$/.test(typeOf(of.value))) throw this.#wrongType('size', of.value);
    return {
      read: item => {
        const value = of?.read(item);
        const size = value && sizeOf(value);
        return size === undefined ? undefined : { N: String(size) };
      },
    };
  }

  #distinct(by: string, operands: readonly Bound[]): readonly Bound[] {
    const [one, two] = operands.map(({ path }) => path && pathText(path));
    if (one === undefined || one !== two) return operands;
    throw this.#error(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${by}, first operand: ${one}`,
    );
  }

  #expectOrdered(each: Bound | undefined, by: Comparator | 'BETWEEN'): void {
    if (each?.value && UNORDERED.has(typeOf(each.value)))
      throw this.#error(
        `Incorrect operand type for operator or function; operator: ${by}, operand type: ${typeOf(each.value)}`,
      );
  }

  #expectBounds(low: AttributeValue | undefined, high: AttributeValue | undefined): void {
    if (low === undefined || high === undefined) return;
    const order = compare(low, high);
    const rule =
      typeOf(low) !== typeOf(high)
        ? 'same data type for lower and upper bounds'
        : order === undefined || order > 0
          ? 'upper bound to be greater than or equal to lower bound'
          : undefined;
    const bound = (value: AttributeValue) => `AttributeValue: {${typeOf(value)}:${Object.values(value)[0]}}`;
    if (rule !== undefined)
      throw this.#error(
        `The BETWEEN operator requires ${rule}; lower bound operand: ${bound(low)}, upper bound operand: ${bound(high)}`,
      );
  }

  #typeNamed(value: AttributeValue | undefined): Type {
    if (value === undefined || !('S' in value))
      throw value === undefined
        ? this.#error(
            'Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}',
          )
        : this.#wrongType('attribute_type', value);
    const type = types.find(each => each === value.S);
    if (type !== undefined) return type;
    throw this.#error(
      `Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }

  #wrongType(name: string, value: AttributeValue) {
    return this.#error(
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${typeOf(value)}`,
    );
  }

  #error(message: string) {
    return validation(`Invalid ${this.#kind}: ${message}`);
  }
}
