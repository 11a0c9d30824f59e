/** How values and texts from outside are shown: short, and nothing in them moves a cursor, turns the reading direction, or goes on without end. */

const LONGEST = 60;
/** More parts, or parts within each other, would be cut off anyway. */
const [MOST_PARTS, DEEPEST] = [LONGEST / 2, 4];

/** A value as a reason shows it: a short line of printable ASCII, whatever the value is and however deep it goes. Never throws. */
export function show(value: unknown): string {
  const text = value === undefined ? 'missing' : textOf(value, DEEPEST);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

/** JSON, as far as it is shown. */
function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return asAscii(JSON.stringify(value.slice(0, LONGEST)));
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

/** The same JSON in ASCII: what is outside of it stands in texts alone, and is escaped there. */
export function asAscii(json: string): string {
  const code = (char: string) => char.charCodeAt(0).toString(16).padStart(4, '0');
  return json.replace(/[^ -~]/g, char => `\\u${code(char)}`);
}

/** Controls (C0 and C1), what turns the reading direction or shows nothing, halves of characters, and separators of lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const STAND_IN = '\ufffd';
const CUT = '...';

/** A text as it may be shown anywhere: with a stand-in for everything unprintable, cut to at most `limit` characters. */
export function printable(text: string, limit: number): string {
  const kept = text.length > limit ? text.slice(0, limit - CUT.length) : text;
  const shown = kept.replace(UNPRINTABLE, STAND_IN) + (kept === text ? '' : CUT);
  // A copy: part of a long text would keep all of it in memory.
  return Buffer.from(shown).toString();
}
