/** Whether the server can read a value again: its reader of JSON knows less than the vendor's writer may use. */

/** Deeper than this it reads nothing. */
const DEEPEST = 1_000;
/** Half of a character of two, written as an escape, or as much text as such depth takes: only these are looked at closely. */
const HALF = /\\u[dD][89a-fA-F]/;

/** @param value what the text says */
export function isReadableAgain(text: string, value: unknown): boolean {
  return (text.length < 2 * DEEPEST && !HALF.test(text)) || isPlain(value, DEEPEST);
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(([name, each]) => name.isWellFormed() && isPlain(each, depth - 1));
}
