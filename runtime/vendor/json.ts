/** Reads and writes the vendor's JSON: however it is nested, it takes neither all the memory nor the stack. */

/** Nothing that the vendor sends is nested deeper. */
const DEEPEST = 20;
/** The vendor's longest frame. What is longer and nested deeper would take fifty times its size in memory. */
const LONGEST = 1_000_000;
/** A volume with more digits than a double surely holds, and what stands before it; such a name in a text has a backslash before its last quote. */
const LONG_VOLUME =
  /("(?:v|av|volume)"\s*:\s*)(?=(?:\d\.?){16})((?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])/g;

/** The text is none that could be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * What `JSON.parse` gives, but a volume of over 15 digits is its text, for volumes are exact. (A reviver that has the text
 * at hand takes five times as long.)
 * @throws Unreadable: `not JSON` or `nested too deep`
 */
export function jsonIn(text: string): unknown {
  if (text.length > LONGEST && isDeep(text)) throw new Unreadable('nested too deep');
  try {
    return JSON.parse(text.replace(LONG_VOLUME, '$1"$2"'));
  } catch {
    throw new Unreadable('not JSON');
  }
}

/** A value that was parsed, as JSON again; what is nested too deep to be written is left out. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(shallow(value, DEEPEST));
}

function shallow(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return 'nested too deep';
  if (Array.isArray(value)) return value.map(each => shallow(each, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shallow(each, depth - 1)]));
}

/** Brackets in strings count as well: no text of the vendor's has so many. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth <= DEEPEST; at++) {
    const char = text[at];
    if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
  }
  return depth > DEEPEST;
}
