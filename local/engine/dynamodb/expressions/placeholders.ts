/** What stands behind the `#` names and `:` values of a request's expressions; every one must be used. */

import { ServiceError } from '../../service-error.ts';
import { type AttributeValue, readValue } from '../values/attribute-value.ts';
import { validation } from '../values/errors.ts';
import type { Path } from './paths.ts';
import type { Kind } from './reader.ts';
import type { WrittenPath } from './syntax.ts';

/** Of a request: its expressions, and what stands in them for something else. */
export type WithExpressions = { readonly [K in Kind]?: string | undefined } & {
  readonly ExpressionAttributeNames?: object | undefined;
  readonly ExpressionAttributeValues?: object | undefined;
};

export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /** @param kinds the expressions that the request may have. @throws ServiceError when one is not what it can be, or there is no expression for it */
  constructor(request: WithExpressions, kinds: readonly Kind[]) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request;
    expectExpressions(request, kinds);
    this.#names = new Map(
      entries(names, 'ExpressionAttributeNames', '#').map(([key, name]) => [key, String(name)]),
    );
    this.#values = new Map(
      entries(values, 'ExpressionAttributeValues', ':').map(([key, value]) => [key, valueBehind(key, value)]),
    );
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  path(kind: Kind, written: WrittenPath): Path {
    return written.map(piece => {
      if (typeof piece === 'number' || !piece.startsWith('#')) return piece;
      const name = this.#names.get(piece);
      if (name === undefined)
        throw undefinedIn(kind, `name used in the document path is not defined; attribute name: ${piece}`);
      this.#unusedNames.delete(piece);
      return name;
    });
  }

  value(kind: Kind, name: string): AttributeValue {
    const value = this.#values.get(name);
    if (value === undefined)
      throw undefinedIn(kind, `value used in expression is not defined; attribute value: ${name}`);
    this.#unusedValues.delete(name);
    return value;
  }

  /** @throws ServiceError when no expression used one */
  expectUsed(): void {
    for (const [what, unused] of [
      ['ExpressionAttributeNames', this.#unusedNames],
      ['ExpressionAttributeValues', this.#unusedValues],
    ] as const)
      if (unused.size > 0)
        throw validation(
          `Value provided in ${what} unused in expressions: keys: {${[...unused].join(', ')}}`,
        );
  }
}

function expectExpressions(request: WithExpressions, kinds: readonly Kind[]): void {
  const withValues = kinds.filter(kind => kind !== 'ProjectionExpression');
  const hasOne = (some: readonly Kind[]) => some.some(kind => request[kind] !== undefined);
  if (request.ExpressionAttributeNames !== undefined && !hasOne(kinds))
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  if (request.ExpressionAttributeValues !== undefined && !hasOne(withValues))
    throw validation(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`,
    );
}

function undefinedIn(kind: Kind, what: string) {
  return validation(`Invalid ${kind}: An expression attribute ${what}`);
}

function entries(given: unknown, parameter: string, sign: '#' | ':'): [string, unknown][] {
  if (given === undefined) return [];
  const all = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  if (all.length === 0) throw validation(`${parameter} must not be empty`);
  for (const [key] of all)
    if (!key.startsWith(sign) || !/^.\w+$/.test(key))
      throw validation(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
  return all;
}

function valueBehind(key: string, value: unknown): AttributeValue {
  try {
    return readValue(value);
  } catch (error) {
    if (!(error instanceof ServiceError) || !error.type.endsWith('ValidationException')) throw error;
    throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}
