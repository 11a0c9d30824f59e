/** Reads one frame of the vendor's: an array of events, of which every one counts. */
import type { Fields } from './bar.ts';
import { LAYOUT_EVENT, minutesIn } from './layout.ts';

/** What the vendor says about the connection. */
export interface Status {
  readonly status: string;
  readonly message: string;
}

/** A frame taken apart. */
export interface Frame {
  readonly statuses: readonly Status[];
  /** Minute aggregates, with their place in the frame. */
  readonly bars: readonly { readonly event: Fields; readonly index: number }[];
  /** Kinds of whatever else the frame held: `event T`, `not JSON`, ... */
  readonly oddities: readonly string[];
}

/** @param barEvent the event type of minute bars in this market. */
export function readFrame(text: string, barEvent: string): Frame {
  const minutes = barEvent === LAYOUT_EVENT ? minutesIn(text) : undefined;
  if (minutes) return { statuses: [], bars: minutes.map((event, index) => ({ event, index })), oddities: [] };
  let events: unknown;
  try {
    events = JSON.parse(text);
  } catch {
    return { statuses: [], bars: [], oddities: ['not JSON'] };
  }
  if (!Array.isArray(events)) return { statuses: [], bars: [], oddities: ['not an array'] };
  const statuses: Status[] = [];
  const bars: { event: Fields; index: number }[] = [];
  const oddities: string[] = [];
  for (const [index, event] of events.entries()) {
    if (!isFields(event)) oddities.push('not an event');
    else if (event['ev'] === barEvent) bars.push({ event, index });
    else if (event['ev'] === 'status')
      statuses.push({ status: String(event['status']), message: String(event['message']) });
    else oddities.push(`event ${String(event['ev']).slice(0, 20)}`);
  }
  return { statuses, bars, oddities };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of one element of a frame that is a JSON array, exactly as it stands there. */
export function elementText(frame: string, index: number): string {
  let depth = 0;
  let element = 0;
  let start = frame.indexOf('[') + 1;
  let inString = false;
  for (let at = start; at < frame.length; at++) {
    const char = frame[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if (depth > 0) {
      if (char === '}' || char === ']') depth--;
    } else if (char === ',' || char === ']') {
      if (element === index) return frame.slice(start, at).trim();
      element++;
      start = at + 1;
    }
  }
  throw new RangeError(`the frame has ${element} elements, not ${index + 1}`);
}
