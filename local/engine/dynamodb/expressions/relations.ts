/** How two values of attributes stand to each other, as conditions ask. */
import { type AttributeValue, compare, elementsOf, isSame, typeOf } from '../values/attribute-value.ts';
import type { Comparator } from './syntax.ts';

export function holds(by: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return by === '<>';
  if (by === '=') return isSame(a, b);
  if (by === '<>') return !isSame(a, b);
  const order = compare(a, b);
  if (order === undefined) return false;
  if (order === 0) return by === '<=' || by === '>=';
  return order < 0 === (by === '<' || by === '<=');
}

export function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B, 'base64').includes(part.B, 0, 'base64');
  if ('L' in value) return value.L.some(each => isSame(each, part));
  const elements = elementsOf(value);
  const [element] = Object.values(part);
  return elements !== undefined && `${typeOf(part)}S` === typeOf(value) && elements.includes(element);
}

export function beginsWith(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value) return 'S' in part && value.S.startsWith(part.S);
  if (!('B' in value && 'B' in part)) return false;
  const bytes = (of: { readonly B: string }) => Buffer.from(of.B, 'base64').toString('latin1');
  return bytes(value).startsWith(bytes(part));
}

export function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('L' in value) return value.L.length;
  return 'M' in value ? Object.keys(value.M).length : elementsOf(value)?.length;
}
