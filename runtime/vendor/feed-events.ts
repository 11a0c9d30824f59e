/** What the ingester sees of any vendor: minute bars, and when it began and ceased to see. */
import type { MinuteBar } from '../records/bar.ts';

/** A bar, or another event, of the vendor's that breaks a rule. */
export interface RefusedBar {
  /** Its own text, exactly as it stood in the frame; that of the frame where this stands for several. */
  readonly raw: string;
  /** Field, value and rule. */
  readonly reason: string;
  /** The topic it came under, for a person to read. */
  readonly where: string;
  /** How many bars this stands for, where a frame holds too many to keep each by itself. @default 1 */
  readonly count?: number;
}

/** Everything from here on is seen: the vendor has acknowledged the subscription. */
export interface Subscribed {
  readonly type: 'subscribed';
}

/** One frame's bars. All carry the version of the frame. */
export interface Bars {
  readonly type: 'bars';
  /** Of subscribed symbols, in the order of the frame. */
  readonly bars: readonly MinuteBar[];
  readonly refused: readonly RefusedBar[];
  /** Start (epoch ms) of the latest minute that the frame proves to have been observed. */
  readonly observed?: number;
}

/** The connection is gone; the feed tries again by itself. */
export interface Lost {
  readonly type: 'lost';
  readonly cause: string;
  /** Event time (epoch ms) at which the vendor was last heard: what it had sent by then has arrived. */
  readonly lastHeard: number;
}

export type FeedEvent = Subscribed | Bars | Lost;

/** `live` is the only state in which minutes are observed. */
export type FeedState = 'connecting' | 'authenticating' | 'subscribing' | 'live' | 'waiting' | 'stopped';

/** Why a connection ended, as far as it matters for the next attempt and for whoever watches. */
export type EndingKind = 'refused' | 'too many connections' | 'lost';

/** A snapshot for the status server. */
export interface FeedStatus {
  readonly state: FeedState;
  /** Why it is not live. */
  readonly reason?: string;
  /** Frames received since the process started. */
  readonly frames: number;
  /** Events by kind, unknown ones included. */
  readonly events: Readonly<Record<string, number>>;
  /** Event time (epoch ms) of the last frame with data. */
  readonly lastData?: number;
  readonly connectionsLost: number;
  readonly endings: Readonly<Record<EndingKind, number>>;
  readonly causes: Readonly<Record<string, number>>;
  /** Topics that the vendor acknowledged on this connection. */
  readonly acknowledged: readonly string[];
  /** Topics it did not acknowledge although it was given the time. */
  readonly unacknowledged: readonly string[];
}

/** A vendor's stream of minute bars that reconnects by itself and ends only by the signal. */
export interface Feed {
  events(signal: AbortSignal): AsyncIterable<FeedEvent>;
  status(): FeedStatus;
  /** Symbols that were asked for and of which the vendor sends nothing, because it refused them or has not answered. */
  unheard(): readonly string[];
}
