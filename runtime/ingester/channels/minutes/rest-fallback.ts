/** Keeps bars coming while the socket is gone: asks for the minutes one after another until it is back. */
import { type Calendar, CLOSED } from '../../../markets/calendar.ts';
import { MINUTE } from '../../../markets/timeframe.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Time } from '../../../platform/time.ts';
import type { Universe } from '../../symbols/universe.ts';
import { type Backfill, LEAD } from './backfill.ts';
import type { Observation } from './observation.ts';
import type { Liquidity } from './rest-progress.ts';

/** So long (ms of open market, and ms of wall time) the socket may be gone before the minutes are asked for. */
const PATIENCE = MINUTE;
const PATIENCE_WALL = 2_000;
/** Seconds of a minute that may be spent on asking. */
const ASKING = 45;
/** Least time between two rounds, in ms of wall time. */
const LEAST_PAUSE = 1_000;

export interface RestFallbackOptions {
  readonly clock: Clock;
  readonly time: Time;
  readonly calendar: Calendar;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly observation: Pick<Observation, 'unseen' | 'fill' | 'nextDue'>;
  readonly backfill: Backfill;
  readonly universe: Pick<Universe, 'symbols'>;
  readonly liquidity: Pick<Liquidity, 'ranked'>;
  /** Questions that may be asked per second. */
  readonly perSecond: number;
  /** Called when minutes have become complete. */
  readonly onFilled: () => void;
  readonly logger: Logger;
}

export class RestFallback {
  readonly #options: RestFallbackOptions;
  /** Event time (epoch ms) since which nothing is connected. */
  #downSince: number | undefined;
  #isActive = false;

  constructor(options: RestFallbackOptions) {
    this.#options = options;
  }

  /** Whether bars are asked for because the socket is gone. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** The connection is gone, or there is none yet. */
  down(now: number): void {
    this.#downSince ??= now;
  }

  /** The subscription stands. */
  up(): void {
    if (this.#isActive) this.#options.logger.info('the socket takes over again');
    this.#downSince = undefined;
    this.#isActive = false;
  }

  /** Looks after every minute, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, time, observation } = this.#options;
    let due = observation.nextDue(clock.now());
    try {
      while (!signal.aborted) {
        await clock.until(due, signal);
        // A minute that becomes due while the one before it is asked for has its turn right after it.
        due = observation.nextDue(clock.now());
        if (!this.#mustAsk()) continue;
        await this.#ask(signal);
        await time.sleep(LEAST_PAUSE, signal, 'rest');
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#downSince = undefined;
      this.#isActive = false;
    }
  }

  #mustAsk(): boolean {
    if (this.#downSince === undefined) return false;
    const { clock, calendar, delay } = this.#options;
    const seen = clock.now() - delay;
    const session = calendar.sessionAt(seen);
    const gone = seen - Math.max(this.#downSince - delay, session.start);
    return session.name !== CLOSED && gone > Math.max(PATIENCE, clock.perWall(PATIENCE_WALL));
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { clock, observation, backfill, universe, liquidity, perSecond, onFilled, logger } = this.#options;
    const gap = observation.unseen(clock.now());
    if (!gap) return;
    if (!this.#isActive) logger.error('the socket is gone: minutes are asked for instead');
    this.#isActive = true;
    const all = await universe.symbols(signal);
    if (!all) return;
    const asked = liquidity.ranked(all).slice(0, Math.max(1, Math.floor(perSecond * ASKING)));
    const wanted = { from: gap.from - LEAD, to: gap.to, minutes: gap.minutes };
    const lost = await backfill.fetch(asked, wanted, signal);
    // What is incomplete stays a gap, which is filled once the socket is back.
    if (lost.length > 0 || asked.length < all.length) return;
    observation.fill(gap);
    onFilled();
  }
}
