/** Decides which minutes were observed, where gaps are, and how far the watermark may go. Pure: told the time, keeps none. */
import { MINUTE, minuteOf } from '../../../markets/timeframe.ts';
import type { Windows } from '../../../markets/window.ts';
import type { BackfillOnStart } from '../../../platform/settings.ts';

/** How an observation judges. All times are event time in ms. */
export interface ObservationOptions {
  /** Calendar, and the blocks of which the current one is where a first start begins. */
  readonly windows: Windows;
  /** How much later than real time the feed sends. */
  readonly delay: number;
  /** How long after a minute's end its bars may still be on their way; asked each time, for it depends on the clock's speed. */
  readonly grace: () => number;
  /** Where a feed that never had a watermark begins. @default 'block' */
  readonly onStart?: BackfillOnStart;
}

/** Minutes of `[from, to)` (epoch ms) that nobody saw; `to` is the end of the last one. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Starts of its open minutes, ascending; at least one. */
  readonly minutes: readonly number[];
  /** The feed has never had a watermark before: these minutes were not lost, only not seen. */
  readonly isFirstStart: boolean;
}

/** What an earlier holder of the lease left, epoch ms. */
export interface Heritage {
  /** The watermark. @default there never was one */
  readonly through?: number | undefined;
  /** Start of the first block that anything was published of. @default nobody remembers */
  readonly since?: number | undefined;
}

/** So many graces after a close nothing is on its way any more. */
const AFTER_CLOSE = 24;

/** Of minutes that have come so far ahead of the clock (ms) it is the clock that is taken to be wrong. */
const SLOWEST = 5 * MINUTE;

/** The roll-up keeps no minute longer, so what is older cannot be recovered. */
const LONGEST_GAP = 7 * 24 * 60 * MINUTE;

/**
 * Follows one feed over its connections. The vendor sends the bar of a minute once the minute has ended, so a connection
 * whose subscription stood by the end of a minute is sent all of it.
 */
export class Observation {
  readonly #options: ObservationOptions;
  readonly #windows: Windows;
  readonly #delay: number;
  readonly #grace: () => number;
  /** Every minute that ends at or before this was seen, or lies in a gap. Unknown until a subscription first stands. */
  #seen: number | undefined;
  /** The watermark: every minute that ends at or before this is there or declared uncovered. */
  #through: number | undefined;
  /** Minutes before this need no data any more: they were seen or lie in a gap. */
  #resolvedBefore = Number.NEGATIVE_INFINITY;
  /** Gaps that are neither filled nor declared yet: no watermark passes them. */
  readonly #gaps = new Set<Gap>();
  /** Where the connection lost last left off. */
  #gapStart: number | undefined;
  #isFirstStart = true;
  #since: number | undefined;
  #connected = false;
  /** The latest minute that this connection sent data of. */
  #dataOf = Number.NEGATIVE_INFINITY;
  /** The latest minute that the vendor sent data of, on whichever connection, whatever the clock says of it. */
  #arrived = Number.NEGATIVE_INFINITY;

  constructor(options: ObservationOptions) {
    this.#options = options;
    this.#windows = options.windows;
    this.#delay = options.delay;
    this.#grace = options.grace;
  }

  /** The watermark, epoch ms; undefined before the first subscription stood. */
  get through(): number | undefined {
    return this.#through;
  }

  /** Start of the first block (epoch ms) that anything was published of; undefined where nobody remembers. */
  get since(): number | undefined {
    return this.#since;
  }

  /** The latest minute (its start, epoch ms) that the vendor has sent data of. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Gaps that hold the watermark back. */
  get gaps(): ReadonlySet<Gap> {
    return this.#gaps;
  }

  /**
   * Starts anew where an earlier holder of the lease left off.
   * @returns how much of the time since then (ms) is too long ago to be recovered
   */
  begin({ through, since }: Heritage, now: number): number {
    const earliest = this.#windows.blockOf(minuteOf(now - LONGEST_GAP)).start;
    const tooOld = through === undefined ? 0 : Math.max(0, earliest - through);
    this.#seen = through === undefined ? undefined : Math.max(through, earliest);
    this.#since = tooOld > 0 ? earliest : since;
    this.#through = this.#seen;
    this.#isFirstStart = through === undefined;
    this.#resolvedBefore = Number.NEGATIVE_INFINITY;
    this.#dataOf = Number.NEGATIVE_INFINITY;
    this.#arrived = Number.NEGATIVE_INFINITY;
    this.#gapStart = undefined;
    this.#connected = false;
    this.#gaps.clear();
    return tooOld;
  }

  /**
   * The subscription stands.
   * @returns the gap before it, which from now on holds the watermark back until `fill` where it has not passed it yet; undefined where nothing can have been missed
   */
  subscribed(now: number): Gap | undefined {
    const seen = now - this.#delay;
    // Of a minute that data has come of before, this connection is not sent all, even where it is not over by a slow clock.
    const to = Math.max(Math.ceil((seen - MINUTE) / MINUTE) * MINUTE, this.#arrived + MINUTE);
    const gap = this.#gapUntil(to, now);
    if (gap.minutes.length > 0 && gap.to > (this.#through ?? gap.from)) this.#gaps.add(gap);
    this.#resolvedBefore = Math.max(this.#resolvedBefore, gap.to);
    this.#gapStart = undefined;
    this.#isFirstStart = false;
    this.#connected = true;
    return gap.minutes.length > 0 ? gap : undefined;
  }

  /** While nothing is connected: the minutes that ended unseen so far, and that others may still provide. */
  unseen(now: number): Gap | undefined {
    if (this.#connected) return undefined;
    const gap = this.#gapUntil(minuteOf(now - this.#delay - this.#grace()), now);
    return gap.minutes.length > 0 ? gap : undefined;
  }

  /** The gap is backfilled or declared. */
  fill(gap: Gap): void {
    if (this.#gaps.delete(gap) || this.#connected) return;
    this.#resolvedBefore = Math.max(this.#resolvedBefore, gap.to);
    this.#gapStart = Math.max(this.#gapStart ?? gap.to, gap.to);
    this.#isFirstStart = false;
  }

  /** Data of `minute` arrived. A bar from far ahead of the clock proves nothing about minutes that have not been. */
  data(minute: number, now: number): void {
    const present = minuteOf(now - this.#delay);
    this.#dataOf = Math.max(this.#dataOf, Math.min(minute, present));
    this.#arrived = Math.max(this.#arrived, Math.min(minute, present + SLOWEST));
  }

  /**
   * The connection is gone. What the vendor had sent until it was last heard has arrived; of minutes whose grace ended
   * later the end may be missing, even where the watermark has passed them because some of their data had come. So may that of the
   * minute that data came of last: a socket can go mute in the middle of a burst and answer pings all the same.
   */
  lost(lastHeard: number): void {
    const dataOf = this.#dataOf;
    this.#dataOf = Number.NEGATIVE_INFINITY;
    if (!this.#connected || this.#seen === undefined) return;
    this.#connected = false;
    const unheard = minuteOf(lastHeard - this.#delay - this.#grace());
    this.#gapStart = Math.min(this.#seen, unheard, Number.isFinite(dataOf) ? dataOf : unheard);
  }

  /**
   * Long after a close, the open minutes before it that no data has come of, for nothing later will come to prove them.
   * They hold the watermark back until `fill`.
   */
  unprovenBeforeClose(now: number): Gap | undefined {
    const at = minuteOf(now - this.#delay - AFTER_CLOSE * this.#grace());
    if (this.#seen === undefined || this.#seen >= at) return undefined;
    if (this.#windows.calendar.isOpen(at) || this.#isResolved(this.#seen)) return undefined;
    const gap = this.#gapUntil(at, now);
    this.#gaps.add(gap);
    this.#resolvedBefore = at;
    return gap;
  }

  /** Moves the watermark on. @returns it, or undefined when it cannot go on now. */
  settle(now: number): number | undefined {
    if (this.#seen === undefined) return undefined;
    const due = now - this.#delay - this.#grace();
    while (this.#seen + MINUTE <= due && this.#isResolved(this.#seen)) this.#seen += MINUTE;
    if (this.#through !== undefined && this.#reach <= this.#through) return undefined;
    this.#through = this.#reach;
    return this.#through;
  }

  /** The next instant after `now` at which a minute becomes due. */
  nextDue(now: number): number {
    const late = this.#delay + this.#grace();
    return minuteOf(now - late) + MINUTE + late;
  }

  /** How far the watermark could go. */
  get #reach(): number {
    let reach = this.#seen ?? Number.NEGATIVE_INFINITY;
    for (const { from } of this.#gaps) reach = Math.min(reach, from);
    return reach;
  }

  #gapUntil(to: number, now: number): Gap {
    if (this.#seen === undefined) {
      this.#seen = this.#firstStart(now - this.#delay);
      this.#through = this.#seen;
      this.#since = this.#seen;
    }
    const from = Math.max(this.#gapStart ?? this.#seen, this.#resolvedBefore);
    const minutes = this.#windows.calendar.openMinutes(from, to);
    const [first = from] = minutes;
    return { from: first, to, minutes, isFirstStart: this.#isFirstStart };
  }

  #firstStart(seen: number): number {
    const minute = minuteOf(seen);
    if (this.#options.onStart !== 'session') return this.#windows.blockOf(minute).start;
    return this.#windows.blockOf(this.#windows.calendar.sessionAt(minute).start).start;
  }

  #isResolved(minute: number): boolean {
    if (minute < this.#resolvedBefore || !this.#windows.calendar.isOpen(minute)) return true;
    return this.#connected && minute <= this.#dataOf;
  }
}
