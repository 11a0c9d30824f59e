/** Reads one frame of the vendor's: an array of events, of which every one counts. */

import type { Fields } from '../fields.ts';
import { jsonIn, Unreadable } from '../json.ts';
import { LAYOUT_EVENT, minutesIn } from '../layout.ts';
import type { VendorWords } from '../words.ts';

/** What the vendor says about the connection. */
export interface Status {
  readonly status: string;
  readonly message: string;
  /** Topics that it acknowledges. */
  readonly topics: readonly string[];
}

/** A frame taken apart. All of it but the bars is for people to read as it is. */
export interface Frame {
  readonly statuses: readonly Status[];
  /** Minute aggregates, with their place in the frame. */
  readonly bars: readonly { readonly event: Fields; readonly index: number }[];
  /** Kinds of whatever else the frame held: `event T`, `not JSON`, ... */
  readonly oddities: readonly string[];
}

const KIND = 20;
const SUBSCRIBED = 'subscribed to:';

/** Never throws. @param barEvent the event type of minute bars in this market. */
export function readFrame(text: string, barEvent: string, words: VendorWords): Frame {
  const minutes = barEvent === LAYOUT_EVENT ? minutesIn(text) : undefined;
  if (minutes) return { statuses: [], bars: minutes.map((event, index) => ({ event, index })), oddities: [] };
  let events: unknown;
  try {
    events = jsonIn(text);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { statuses: [], bars: [], oddities: [error.message] };
  }
  if (!Array.isArray(events)) return { statuses: [], bars: [], oddities: ['not an array'] };
  const statuses: Status[] = [];
  const bars: { event: Fields; index: number }[] = [];
  const oddities: string[] = [];
  for (const [index, event] of events.entries()) {
    if (!isFields(event)) oddities.push('not an event');
    else if (event['ev'] === barEvent) bars.push({ event, index });
    else if (event['ev'] === 'status') statuses.push(statusIn(event, words));
    else oddities.push(`event ${words.text(event['ev'], KIND)}`);
  }
  return { statuses, bars, oddities };
}

function statusIn({ status, message }: Fields, words: VendorWords): Status {
  const isAnswer = typeof message === 'string' && message.startsWith(SUBSCRIBED);
  const topics = isAnswer ? message.slice(SUBSCRIBED.length).split(',') : [];
  return {
    status: words.text(status, KIND),
    message: words.text(message),
    topics: topics.map(topic => topic.trim()),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts of elements of a frame that is a JSON array, exactly as they stand there; the frame is read once, from front to back. */
export class ElementTexts {
  readonly #frame: string;
  #at: number;
  #next = 0;

  constructor(frame: string) {
    this.#frame = frame;
    this.#at = frame.indexOf('[') + 1;
  }

  /** @param index higher than any before */
  at(index: number): string {
    let text: string | undefined;
    while (this.#next <= index) {
      text = this.#element();
      this.#next++;
    }
    if (text === undefined) throw new RangeError(`element ${index} of the frame is gone by`);
    return text;
  }

  #element(): string {
    const frame = this.#frame;
    const start = this.#at;
    let depth = 0;
    let isInString = false;
    for (let at = start; at < frame.length; at++) {
      const char = frame[at];
      if (isInString) {
        if (char === '\\') at++;
        else if (char === '"') isInString = false;
      } else if (char === '"') isInString = true;
      else if (char === '{' || char === '[') depth++;
      else if (depth === 0 && (char === ',' || char === ']')) {
        this.#at = at + 1;
        return frame.slice(start, at).trim();
      } else if (char === '}' || char === ']') depth--;
    }
    throw new RangeError(`the frame has ${this.#next} elements, no more`);
  }
}
