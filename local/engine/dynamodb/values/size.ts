/** How many bytes items take by the service's own count. */
import type { AttributeValue, Item } from './attribute-value.ts';

export function itemSize(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return bytesIn(value.B);
  if ('SS' in value) return total(value.SS, text => Buffer.byteLength(text));
  if ('NS' in value) return total(value.NS, numberSize);
  if ('BS' in value) return total(value.BS, bytesIn);
  if ('L' in value) return 3 + total(value.L, each => 1 + valueSize(each));
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

/** A byte for two digits, and one. */
function numberSize(number: string): number {
  const digits = number
    .replace(/^-?[0.]*/, '')
    .replace('.', '')
    .replace(/0+$/, '');
  return 1 + Math.ceil(digits.length / 2) + (number.startsWith('-') ? 1 : 0);
}

function bytesIn(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function total<T>(of: readonly T[], size: (each: T) => number): number {
  return of.reduce((sum, each) => sum + size(each), 0);
}
