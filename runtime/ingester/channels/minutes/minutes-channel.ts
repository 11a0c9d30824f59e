/** The channel of minute bars: what the feed shows becomes records of the sink, and every minute is there or declared uncovered before its watermark. */
import type { ClockCheck } from '../../../platform/clock-check.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { BackfillOnStart } from '../../../platform/settings.ts';
import type { Time } from '../../../platform/time.ts';
import type { Lease } from '../../../tables/lease/lease-table.ts';
import type { MissingTable } from '../../../tables/lease/missing-table.ts';
import type { Feed, FeedEvent } from '../../../vendor/feed-events.ts';
import type { History } from '../../../vendor/history.ts';
import type { Numbering } from '../../../vendor/needs.ts';
import type { SessionBook } from '../../sessions/session-book.ts';
import type { MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import type { QuarantineWriter } from '../../sinks/quarantine-writer.ts';
import type { ShownSymbols } from '../../symbols/shown-symbols.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import type { Universe } from '../../symbols/universe.ts';
import type { Timing } from '../timing.ts';
import { Backfill } from './backfill.ts';
import { GapFiller, type GapsUnderWay, OverflowRefill } from './gaps.ts';
import { Intake } from './intake.ts';
import type { Gap, Observation } from './observation.ts';
import { ProcessPause } from './process-pause.ts';
import { RestFallback } from './rest-fallback.ts';
import { Liquidity, RestProgress } from './rest-progress.ts';
import { Investigation, SuspectQueue, Suspects } from './suspects.ts';
import { Uncovered } from './uncovered.ts';
import { Watermarks } from './watermarks.ts';

export interface MinutesChannelOptions {
  readonly timing: Timing;
  readonly time: Time;
  readonly vendor: VendorParts;
  readonly symbols: SymbolParts;
  /** What the lease tells of while it is held: what was seen, and the gaps that are being filled. */
  readonly known: { readonly observation: Observation; readonly underWay: GapsUnderWay };
  readonly versions: Numbering;
  readonly sink: MinutesStream;
  readonly quarantine: QuarantineWriter;
  /** Counts by session. */
  readonly sessions: SessionBook;
  readonly table: MissingTable;
  readonly clockCheck: Pick<ClockCheck, 'ended' | 'slow'>;
  /** What a feed that has never run backfills. */
  readonly onStart: BackfillOnStart;
  /** Called whenever a subscription comes to stand. */
  readonly onSubscribed: () => void;
  readonly logger: Logger;
}

/** The vendor's present and past. */
export interface VendorParts {
  readonly feed: Feed;
  readonly history: History;
  /** How much may be asked how fast: questions begun per second, and under way at once. */
  readonly rest: { readonly perSecond: number; readonly atOnce: number };
  /** Symbols of the market that trade nearly every minute, best first, at an instant (epoch ms). */
  readonly liquid: (at: number) => readonly string[];
}

/** Which symbols there are. */
export interface SymbolParts {
  readonly subscription: Subscription;
  readonly shown: ShownSymbols;
  readonly universe: Universe;
}

export class MinutesChannel implements Disposable {
  readonly intake: Intake;
  readonly uncovered: Uncovered;
  readonly fallback: RestFallback;
  readonly investigation: Investigation;
  readonly #options: MinutesChannelOptions;
  readonly #pause = new ProcessPause();
  #uncoveredMinutes = 0;
  readonly #suspects: Suspects;
  readonly #watermarks: Watermarks;
  readonly #gaps: GapFiller;
  readonly #refill: OverflowRefill;
  readonly #fills = new Set<Promise<void>>();

  /** What comes in, what is fetched besides, what is missing then, and who sets off the fetching. */
  constructor(options: MinutesChannelOptions) {
    this.#options = options;
    const { timing, time, vendor, symbols, known, sink, sessions, logger } = options;
    const onUncovered = (minutes: number) => {
      this.#uncoveredMinutes += minutes;
    };
    const all = { ...timing, ...symbols, ...known, time, sink, logger };
    const liquidity = new Liquidity(() => vendor.liquid(timing.clock.now()));
    const suspects = new Suspects(timing.calendar);
    const queue = new SuspectQueue();
    const watermarks = new Watermarks({
      ...all,
      feed: vendor.feed,
      pause: this.#pause,
      onUncovered: minutes => {
        onUncovered(minutes.length);
        sessions.uncovered(minutes);
      },
    });
    const intake = new Intake({ ...options, ...all, liquidity, suspects, queue });

    const progress = new RestProgress({ ...all, history: vendor.history, liquidity });
    const backfill = new Backfill({
      ...all,
      history: vendor.history,
      publish: (answer, reached) => intake.history(answer, reached),
      since: symbol => Math.max(known.observation.since ?? 0, symbols.subscription.since(symbol)),
      atOnce: vendor.rest.atOnce,
      progress,
      liquidity,
    });
    const onGivenUp = (minutes: readonly number[]) => sessions.uncovered(minutes);
    const uncovered = new Uncovered({ ...all, table: options.table, backfill, onGivenUp });
    const gaps = new GapFiller({ ...all, backfill, uncovered });

    this.fallback = new RestFallback({
      ...all,
      backfill,
      liquidity,
      perSecond: vendor.rest.perSecond,
      onFilled: () => watermarks.advance(),
    });
    this.investigation = new Investigation({ ...all, suspects, queue, backfill, uncovered });
    this.#refill = new OverflowRefill({ sink, gaps, onUncovered });
    this.#suspects = suspects;
    this.#watermarks = watermarks;
    this.#gaps = gaps;
    this.intake = intake;
    this.uncovered = uncovered;
  }

  /** How many minutes were declared uncovered after a first start or a gap, since the start. */
  get uncoveredMinutes(): number {
    return this.#uncoveredMinutes;
  }

  /** What another holder of the lease did meanwhile is not known here. */
  forget(): void {
    this.intake.forget();
    this.uncovered.forget();
  }

  /** Goes on where the holder before left off. */
  begin({ through, since }: Partial<Pick<Lease, 'through' | 'since'>> = {}): void {
    const { timing, known, sink, logger } = this.#options;
    const now = timing.clock.now();
    sink.begin(through);
    const tooOld = known.observation.begin({ through, since }, now);
    this.fallback.down(now);
    if (through !== undefined && tooOld > 0)
      logger.error(
        'the feed was away for too long: minutes of the beginning are neither there nor declared',
        {
          from: new Date(through).toISOString(),
          to: new Date(through + tooOld).toISOString(),
        },
      );
  }

  /** Works while the signal lasts; resolves when all that had arrived is on its way. */
  async run(events: AsyncIterable<FeedEvent>, signal: AbortSignal): Promise<void> {
    const background = [
      this.#watermarks.run(signal, gap => this.#startFill(gap, signal)),
      this.uncovered.retry(signal),
      this.fallback.run(signal),
      this.investigation.run(signal),
      this.#refill.run(signal),
    ];
    for await (const event of events) this.#take(event, signal);
    await Promise.all(background);
    await Promise.all(this.#fills);
    this.#watermarks.advance();
  }

  [Symbol.dispose](): void {
    this.#pause[Symbol.dispose]();
  }

  #take(event: FeedEvent, signal: AbortSignal): void {
    switch (event.type) {
      case 'bars':
        this.intake.live(event);
        this.#watermarks.advance();
        return;
      case 'subscribed':
        this.#subscribed(signal);
        return;
      case 'lost':
        this.#watermarks.advance();
        this.#options.known.observation.lost(event.lastHeard);
        this.#options.sessions.lost(event.cause);
        this.fallback.down(this.#options.timing.clock.now());
        return;
    }
  }

  #subscribed(signal: AbortSignal): void {
    const { timing, clockCheck, known, symbols, sessions, onSubscribed, logger } = this.#options;
    const now = timing.clock.now();
    // By a slow clock a minute would seem to be still to come whose bars are being sent already.
    const gap = known.observation.subscribed(now + clockCheck.slow);
    this.fallback.up();
    sessions.subscribed();
    this.#suspects.watch(Math.max(gap?.to ?? now, known.observation.through ?? 0));
    const { symbols: list } = symbols.subscription;
    logger.info('the subscription stands', { symbols: list === '*' ? list : list.length });
    this.#watermarks.advance();
    onSubscribed();
    if (gap) this.#startFill(gap, signal);
  }

  #startFill(gap: Gap, signal: AbortSignal): void {
    const fill = this.#fill(gap, signal).finally(() => this.#fills.delete(fill));
    this.#fills.add(fill);
  }

  async #fill(gap: Gap, signal: AbortSignal): Promise<void> {
    const { known, sessions, onStart } = this.#options;
    const isUnwanted = gap.isFirstStart && onStart === 'none';
    try {
      const lacking = await (isUnwanted ? this.#gaps.giveUp(gap, signal) : this.#gaps.fill(gap, signal));
      this.#uncoveredMinutes += lacking;
      if (isUnwanted) sessions.uncovered(gap.minutes);
      known.observation.fill(gap);
      this.#watermarks.advance();
    } catch (error) {
      // Whoever holds the lease next finds the gap again: no watermark has passed it.
      if (!signal.aborted) throw error;
    }
  }
}
