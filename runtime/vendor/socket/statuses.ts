/** What each status of the vendor's means for the connection. */
import type { EndingKind } from '../feed-events.ts';
import type { Status } from './frame.ts';

export type { EndingKind } from '../feed-events.ts';

/** The end of a connection. */
export interface Ending {
  readonly kind: EndingKind;
  /** For the log and the status server. */
  readonly cause: string;
}

/** What a status tells the connection to do. */
export type Meaning =
  | { readonly do: 'authenticate' | 'subscribe' | 'warn' | 'count' }
  /** Topics that are now subscribed to. */
  | { readonly do: 'acknowledge'; readonly topics: readonly string[] }
  /** One topic, unnamed, was refused; the others are still acknowledged. */
  | { readonly do: 'miss one' }
  | { readonly do: 'end'; readonly ending: Ending };

/** Never throws: an unknown status is for the log. */
export function meaningOf({ status, message, topics }: Status): Meaning {
  switch (status) {
    case 'connected':
      return { do: 'authenticate' };
    case 'auth_success':
      return { do: 'subscribe' };
    case 'success':
      return topics.length > 0 ? { do: 'acknowledge', topics } : { do: 'count' };
    case 'auth_failed':
      return end('refused', `the vendor refuses the key: ${message}`);
    case 'auth_timeout':
      return end('lost', `authentication came too late: ${message}`);
    case 'max_connections':
      return end('too many connections', `another connection uses this key: ${message}`);
    case 'error':
      return meaningOfError(message);
    default:
      return { do: 'warn' };
  }
}

function meaningOfError(message: string): Meaning {
  if (/not authorized/i.test(message)) return { do: 'miss one' };
  if (/real-?time data/i.test(message))
    return end('refused', `the plan has no real-time data, use the delayed host (FEED_URL): ${message}`);
  return { do: 'warn' };
}

function end(kind: EndingKind, cause: string): Meaning {
  return { do: 'end', ending: { kind, cause } };
}
