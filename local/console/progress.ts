/** What the pipeline has done so far, as a person wants to see it: kept up to date from the streams, read by every display. */
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { RolledBar } from '../../runtime/records/bar.ts';
import { ExchangeTime } from './exchange-time.ts';
import type { FeedCounts, FeedProgress } from './feed-progress.ts';

/** A bar with the name of its feed, where there are several. */
export type ShownBar = RolledBar & { readonly feed?: string };

/** One of several feeds. */
export interface FeedSnapshot extends FeedCounts {
  readonly feed: string;
  readonly state: string;
}

/** An alarm that somebody is told of. */
export interface RaisedAlarm {
  readonly name: string;
  readonly severity: 'page' | 'ticket' | 'part';
  /** ISO 8601. */
  readonly since?: string;
}

/** The numbers of one moment, of all feeds together; also the body of `GET /status`. */
export interface Snapshot extends FeedCounts {
  /** What runs: `stocks, simulated, 60×`. */
  readonly title: string;
  /** `starting`, `connected`, `reconnecting`, `frozen`, `importing`, `ended`, or what stands in the way. */
  readonly state: string;
  /** Event time as ISO 8601; absent for imports, which know none. */
  readonly eventTime?: string;
  /** The bars that were finished last, the newest of a feed first. */
  readonly lastBars: readonly ShownBar[];
  /** Alarms that page or are tickets now. */
  readonly alarms: readonly RaisedAlarm[];
  /** How many times faster than the wall clock event time goes, where that is less than was asked for. */
  readonly pace?: number;
  /** From when on alarms are judged, ISO 8601; only while that is yet to come. */
  readonly alarmsFrom?: string;
  /** What the simulated vendor does wrong now. */
  readonly faults: readonly string[];
  /** What keys do, where any are heard. */
  readonly keys?: string;
  /** Each of them, where there are several. */
  readonly feeds?: readonly FeedSnapshot[];
}

const LAST_BARS = 10;

export class Progress {
  readonly title: string;
  readonly feeds: readonly FeedProgress[];
  /** That of the feeds' exchange, or UTC where they have several. */
  readonly time: ExchangeTime;
  /** How far the run is; how an ingester is that is asked says more. */
  state = 'starting';
  alarms: () => readonly RaisedAlarm[] = () => [];
  /** From when on (epoch ms of event time) alarms are judged; undefined while they are. */
  heldUntil: () => number | undefined = () => undefined;
  faults: () => readonly string[] = () => [];
  /** How many times faster than the wall clock event time goes; undefined where nobody knows, or as fast as was asked for. */
  pace: () => number | undefined = () => undefined;
  keys: string | undefined;
  /** The event clock, where there is one. */
  eventTime: (() => number) | undefined;

  constructor(title: string, feeds: readonly FeedProgress[]) {
    this.title = title;
    this.feeds = feeds;
    const [zone = 'UTC', ...others] = new Set(feeds.map(({ market }) => calendarOf(market).timeZone));
    this.time = new ExchangeTime(others.length === 0 ? zone : 'UTC');
  }

  snapshot(): Snapshot {
    const pace = this.pace();
    const heldUntil = this.heldUntil();
    const feeds = this.feeds.map(each => this.#snapshotOf(each));
    return {
      title: this.title,
      state: stateOf(feeds),
      ...(this.eventTime ? { eventTime: new Date(this.eventTime()).toISOString() } : {}),
      ...sumOf(feeds),
      lastBars: this.#lastBars(),
      alarms: this.alarms(),
      ...(pace !== undefined && { pace }),
      ...(heldUntil !== undefined && { alarmsFrom: new Date(heldUntil).toISOString() }),
      faults: this.faults(),
      ...(this.keys === undefined ? {} : { keys: this.keys }),
      ...(feeds.length > 1 && { feeds }),
    };
  }

  #snapshotOf({ feed, connection, counts }: FeedProgress): FeedSnapshot {
    return { feed, state: connection ?? this.state, ...counts };
  }

  /** Of each feed as many as there is room for. */
  #lastBars(): ShownBar[] {
    const { feeds } = this;
    if (feeds.length === 1) return feeds.flatMap(({ lastBars }) => lastBars.slice(0, LAST_BARS));
    const each = Math.max(1, Math.floor(LAST_BARS / feeds.length));
    return feeds.flatMap(({ feed, lastBars }) => lastBars.slice(0, each).map(bar => ({ ...bar, feed })));
  }
}

/** How they all are, or how many are connected. */
function stateOf(feeds: readonly FeedSnapshot[]): string {
  const [first, ...others] = new Set(feeds.map(({ state }) => state));
  if (first !== undefined && others.length === 0) return first;
  const connected = feeds.filter(({ state }) => state.startsWith('connected'));
  return `${connected.length} of ${feeds.length} feeds connected`;
}

function sumOf(feeds: readonly FeedCounts[]): FeedCounts {
  const sum = (of: (counts: FeedCounts) => number) => feeds.reduce((all, each) => all + of(each), 0);
  const timeframes = new Set(feeds.flatMap(({ bars }) => Object.keys(bars)));
  const passesOn = feeds.some(({ passedOn }) => passedOn !== undefined);
  return {
    minutes: sum(({ minutes }) => minutes),
    bars: Object.fromEntries([...timeframes].map(name => [name, sum(({ bars }) => bars[name] ?? 0)])),
    ...(feeds.some(({ toKeep }) => toKeep !== undefined) && { toKeep: sum(({ toKeep = 0 }) => toKeep) }),
    uncovered: sum(({ uncovered }) => uncovered),
    ...(passesOn && {
      passedOn: sum(({ passedOn = 0 }) => passedOn),
      dropped: sum(({ dropped = 0 }) => dropped),
    }),
  };
}
