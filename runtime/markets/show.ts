/** A value as a reason shows it: a short line of printable ASCII, whatever the value is and however deep it goes. Never throws. */
import { ascii } from '../records/fast/json-writer.ts';

const LONGEST = 60;
/** More parts, or parts within each other, would be cut off anyway. */
const [MOST_PARTS, DEEPEST] = [LONGEST / 2, 4];

export function show(value: unknown): string {
  const text = value === undefined ? 'missing' : textOf(value, DEEPEST);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

/** JSON, as far as it is shown. */
function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return ascii(value.slice(0, LONGEST));
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value);
  const parts = depth === 0 ? ['...'] : partsOf(value, isList, depth - 1);
  return isList ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

function partsOf(value: object, isList: boolean, depth: number): string[] {
  const parts: string[] = [];
  for (const key in value) {
    if (parts.length === MOST_PARTS) break;
    const part = textOf(Reflect.get(value, key), depth);
    parts.push(isList ? part : `${textOf(key, depth)}:${part}`);
  }
  return parts;
}
