/** Reads one frame of the vendor's: an array of events, of which every one counts, each for the channel of its kind. */

import type { Channel, Events, Fields } from '../channels/channel.ts';
import { jsonIn, Unreadable } from '../json.ts';
import type { VendorWords } from '../words.ts';

/** What the vendor says about the connection. */
export interface Status {
  readonly status: string;
  readonly message: string;
  /** Topics that it acknowledges. */
  readonly topics: readonly string[];
}

/** A frame taken apart. All of it but the events is for people to read as it is. */
export interface Frame<Taker> {
  readonly statuses: readonly Status[];
  /** The events of each channel that has some. */
  readonly events: ReadonlyMap<Taker, Events>;
  /** Kinds of whatever else the frame held: `event T`, `not JSON`, ... */
  readonly oddities: readonly string[];
}

/** Whose events a frame may hold. */
export type Taker = Pick<Channel<unknown>, 'kinds' | 'quick'>;

const KIND = 20;
const SUBSCRIBED = 'subscribed to:';

/** Never throws. @param channels each of another kind */
export function readFrame<T extends Taker>(
  text: string,
  channels: readonly T[],
  words: VendorWords,
): Frame<T> {
  for (const channel of channels) {
    const fields = channel.quick?.(text);
    if (fields?.length) return { statuses: [], events: new Map([[channel, { fields }]]), oddities: [] };
  }
  try {
    const found = jsonIn(text);
    return Array.isArray(found) ? sorted(found, channels, words) : odd('not an array');
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return odd(error.message);
  }
}

function sorted<T extends Taker>(
  found: readonly unknown[],
  channels: readonly T[],
  words: VendorWords,
): Frame<T> {
  const statuses: Status[] = [];
  const events = new Map<T, { readonly fields: Fields[]; readonly places: number[] }>();
  const oddities: string[] = [];
  for (const [place, event] of found.entries()) {
    if (!isFields(event)) {
      oddities.push('not an event');
      continue;
    }
    const kind = event['ev'];
    const channel = channels.find(each => each.kinds.some(its => its === kind));
    if (channel) {
      const { fields, places } = events.get(channel) ?? { fields: [], places: [] };
      if (fields.length === 0) events.set(channel, { fields, places });
      fields.push(event);
      places.push(place);
    } else if (kind === 'status') statuses.push(statusIn(event, words));
    else oddities.push(`event ${words.text(kind, KIND)}`);
  }
  return { statuses, events, oddities };
}

function odd<T>(oddity: string): Frame<T> {
  return { statuses: [], events: new Map<T, Events>(), oddities: [oddity] };
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
