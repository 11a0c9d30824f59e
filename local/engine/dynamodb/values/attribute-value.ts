/** Values of attributes as they are written in JSON: how they are read, measured and compared. */
import { canonical, compareNumbers } from './decimal.ts';
import { malformed, validation } from './errors.ts';

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** Values by the names of their attributes, which are any texts: look with `attribute`. */
export interface Item {
  readonly [name: string]: AttributeValue;
}

export const types = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const;
export type Type = (typeof types)[number];

const DEEPEST = 32;
const INVALID = 'One or more parameter values were invalid: ';

export function typeOf(value: AttributeValue): Type {
  const type = types.find(each => each in value);
  if (type === undefined) throw new Error(`no value of an attribute: ${JSON.stringify(value)}`);
  return type;
}

export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** The elements of a set, if it is one. */
export function elementsOf(value: AttributeValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  return 'BS' in value ? value.BS : undefined;
}

/** The item that was written. @throws ServiceError when it is none */
export function itemOf(wire: unknown, depth = 0): Item {
  return Object.fromEntries(
    Object.entries(objectOf(wire)).map(([name, value]) => [name, readValue(value, depth)]),
  );
}

/** The value that was written. @throws ServiceError when it is none */
export function readValue(wire: unknown, depth = 0): AttributeValue {
  if (depth > DEEPEST) throw validation('Nesting Levels have exceeded supported limits');
  const written = objectOf(wire);
  const found = types.filter(type => Object.hasOwn(written, type));
  const [type] = found;
  if (type === undefined)
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (found.length > 1)
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  return readers[type](written[type], depth);
}

const readers: { readonly [T in Type]: (written: unknown, depth: number) => AttributeValue } = {
  S: written => ({ S: textOf(written) }),
  N: written => ({ N: canonical(textOf(written)) }),
  B: written => ({ B: bytesOf(written) }),
  BOOL: written => {
    if (typeof written !== 'boolean') throw malformed(`BOOL takes true or false: ${JSON.stringify(written)}`);
    return { BOOL: written };
  },
  NULL: written => {
    if (written === true) return { NULL: true };
    throw validation(`${INVALID}Null attribute value types must have the value of true`);
  },
  SS: written => ({ SS: setOf(written, 'An string set  may not be empty', textOf) }),
  NS: written => ({
    NS: setOf(written, 'An number set  may not be empty', each => canonical(textOf(each))),
  }),
  BS: written => ({ BS: setOf(written, 'Binary sets should not be empty', bytesOf) }),
  L: (written, depth) => ({ L: listOf(written).map(each => readValue(each, depth + 1)) }),
  M: (written, depth) => ({ M: itemOf(written, depth + 1) }),
};

/** Whether both are the same, sets in any order. */
export function isSame(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  const [left, right] = [elementsOf(a), elementsOf(b)];
  if (left && right) return left.length === right.length && left.every(each => right.includes(each));
  if ('L' in a && 'L' in b)
    return a.L.length === b.L.length && a.L.every((each, at) => isEqual(each, b.L[at]));
  if ('M' in a && 'M' in b) {
    const names = Object.keys(a.M);
    return (
      names.length === Object.keys(b.M).length &&
      names.every(name => isEqual(attribute(a.M, name), attribute(b.M, name)))
    );
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Negative, zero or positive as `a` comes before `b`, is the same or comes after it; undefined where there is no order. */
export function compare(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('S' in a && 'S' in b) return a.S === b.S ? 0 : Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('B' in a && 'B' in b) return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
  return undefined;
}

function isEqual(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a !== undefined && b !== undefined && isSame(a, b);
}

function objectOf(wire: unknown): Readonly<Record<string, unknown>> {
  if (typeof wire === 'object' && wire !== null && !Array.isArray(wire)) return { ...wire };
  throw malformed(`an object is expected: ${JSON.stringify(wire)}`);
}

function listOf(written: unknown): readonly unknown[] {
  if (Array.isArray(written)) return written;
  throw malformed(`a list is expected: ${JSON.stringify(written)}`);
}

function textOf(written: unknown): string {
  if (typeof written === 'string') return written;
  throw malformed(`a text is expected: ${JSON.stringify(written)}`);
}

function bytesOf(written: unknown): string {
  const text = textOf(written);
  if (Buffer.from(text, 'base64').toString('base64') === text) return text;
  throw malformed(`base64 is expected: ${text}`);
}

function setOf(written: unknown, ifEmpty: string, read: (each: unknown) => string): readonly string[] {
  const elements = listOf(written).map(read);
  if (elements.length === 0) throw validation(INVALID + ifEmpty);
  if (new Set(elements).size === elements.length) return elements;
  throw validation(`${INVALID}Input collection [${elements.join(', ')}] contains duplicates.`);
}
