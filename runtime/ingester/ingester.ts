/** The ingester: what the feed shows becomes records on the minutes stream, with a promise for every minute, while it holds the lease. */
import type { Calendar } from '../markets/calendar.ts';
import type { Clock } from '../platform/clock.ts';
import type { ClockCheck } from '../platform/clock-check.ts';
import type { BackfillOnStart } from '../platform/feed-settings.ts';
import type { Logger } from '../platform/logger.ts';
import type { Lease } from '../tables/lease/lease-table.ts';
import type { Feed, FeedEvent } from '../vendor/feed-events.ts';
import type { Recovery } from './channels/minutes/gaps.ts';
import type { Investigation } from './channels/minutes/investigation.ts';
import type { Gap, Observation } from './channels/minutes/observation.ts';
import type { Pulse } from './channels/minutes/process-pause.ts';
import type { Regain } from './channels/minutes/regain.ts';
import type { Degraded } from './channels/minutes/rest-fallback.ts';
import type { Suspects } from './channels/minutes/suspects.ts';
import type { Missing } from './channels/minutes/uncovered.ts';
import type { Intake } from './intake.ts';
import type { LeaseKeeper, Term } from './lease/lease-keeper.ts';
import type { Versions } from './lease/versions.ts';
import type { MinutesStream } from './sinks/minutes-stream/minutes-stream.ts';
import type { Promised } from './sinks/minutes-stream/promised.ts';
import type { Counts } from './status/status.ts';
import type { Resubscription } from './symbols/resubscription.ts';
import type { ShownSymbols } from './symbols/shown-symbols.ts';
import type { Subscription } from './symbols/subscription.ts';

export interface IngesterOptions {
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly clockCheck: Pick<ClockCheck, 'slow'>;
  readonly lease: Pick<LeaseKeeper, 'terms'>;
  readonly feed: Feed;
  readonly subscription: Subscription;
  readonly resubscription: Pick<Resubscription, 'takeOver'>;
  readonly observation: Observation;
  readonly promised: Promised;
  readonly recovery: Recovery;
  readonly missing: Missing;
  readonly regain: Regain;
  readonly degraded: Degraded;
  readonly suspects: Pick<Suspects, 'watch'>;
  readonly shown: Pick<ShownSymbols, 'run'>;
  readonly intake: Pick<Intake, 'live' | 'forget'>;
  readonly investigation: Investigation;
  readonly versions: Versions;
  readonly stream: MinutesStream;
  readonly pulse: Pick<Pulse, 'isSettled'>;
  readonly counts: Counts;
  readonly backfillOnStart: BackfillOnStart;
  readonly logger: Logger;
  /** Called whenever a subscription comes to stand. @default nobody is told */
  readonly onSubscribed?: () => void;
}

export class Ingester {
  readonly #options: IngesterOptions;
  /** Under which the lease was last held. */
  #epoch = 0;

  constructor(options: IngesterOptions) {
    this.#options = options;
  }

  /** Reads the feed whenever the lease is held, until the signal aborts and what had arrived is on its way to the stream. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const term of this.#options.lease.terms(signal)) await this.#serve(term);
  }

  /** Moves the watermark as far as it may go by now. */
  promise(): void {
    const { clock, calendar, feed, observation, stream, subscription, pulse, counts } = this.#options;
    if (!pulse.isSettled) return;
    const before = observation.through;
    const through = observation.settle(clock.now());
    if (through === undefined) return;
    const unheard = feed.unheard();
    if (unheard.length > 0) {
      const minutes = calendar.openMinutes(before ?? through, through);
      const isAll = unheard.includes('*');
      const [slots, symbols] = isAll ? [subscription.slots, []] : [[], unheard];
      stream.declare({ minutes, slots, symbols, covered: false });
      counts.uncoveredMinutes += minutes.length;
    }
    stream.watermark(through, subscription.slots);
    subscription.promised(through);
  }

  async #serve({ epoch, before, signal }: Term): Promise<void> {
    const { feed, intake, missing, degraded, investigation, regain, resubscription, shown } = this.#options;
    // What another holder did meanwhile is not known here.
    if (before?.epoch !== this.#epoch) {
      intake.forget();
      missing.forget();
    }
    this.#epoch = epoch;
    this.#begin(before);
    await resubscription.takeOver(signal);
    const fills: Promise<void>[] = [];
    const background = [
      this.#promiseMinutes(signal, gap => fills.push(this.#fill(gap, signal))),
      missing.retry(signal),
      degraded.run(signal),
      investigation.run(signal),
      regain.run(signal),
      shown.run(signal),
    ];
    for await (const event of feed.events(signal)) {
      const gap = this.#handle(event);
      if (gap) fills.push(this.#fill(gap, signal));
    }
    await Promise.all([...background, ...fills]);
    this.promise();
  }

  /** Goes on where the holder before left off. */
  #begin({ lastVersion = 0, through, since }: Partial<Lease> = {}): void {
    const { clock, versions, observation, promised, stream, degraded, logger } = this.#options;
    versions.raise(lastVersion);
    stream.begin();
    const tooOld = observation.begin({ through, since }, clock.now());
    promised.begin(through);
    degraded.down(clock.now());
    if (through !== undefined && tooOld > 0)
      logger.error(
        'the feed was away for too long: minutes of the beginning are neither there nor declared',
        {
          from: new Date(through).toISOString(),
          to: new Date(through + tooOld).toISOString(),
        },
      );
  }

  /** Each minute becomes due at its time, whether or not anything arrives. */
  async #promiseMinutes(signal: AbortSignal, fill: (gap: Gap) => void): Promise<void> {
    const { clock, observation } = this.#options;
    while (!signal.aborted) {
      await clock.until(observation.nextDue(clock.now()), signal).catch(error => {
        if (!signal.aborted) throw error;
      });
      const unproven = observation.unprovenBeforeClose(clock.now());
      if (unproven) fill(unproven);
      this.promise();
    }
  }

  /** @returns the gap to fill, if the event has shown one */
  #handle(event: FeedEvent): Gap | undefined {
    switch (event.type) {
      case 'bars':
        this.#options.intake.live(event);
        this.promise();
        return undefined;
      case 'subscribed':
        return this.#subscribed();
      case 'lost':
        this.promise();
        this.#options.observation.lost(event.lastHeard);
        this.#options.degraded.down(this.#options.clock.now());
        return undefined;
    }
  }

  #subscribed(): Gap | undefined {
    const { clock, clockCheck, observation, degraded, suspects, subscription, logger } = this.#options;
    // By a slow clock a minute would seem to be still to come whose bars are being sent already.
    const gap = observation.subscribed(clock.now() + clockCheck.slow);
    degraded.up();
    suspects.watch(Math.max(gap?.to ?? clock.now(), observation.through ?? 0));
    const { symbols } = subscription;
    logger.info('the subscription stands', { symbols: symbols === '*' ? symbols : symbols.length });
    this.promise();
    this.#options.onSubscribed?.();
    return gap;
  }

  async #fill(gap: Gap, signal: AbortSignal): Promise<void> {
    const { recovery, observation, counts, backfillOnStart } = this.#options;
    const isUnwanted = gap.isFirstStart && backfillOnStart === 'none';
    try {
      counts.uncoveredMinutes += await (isUnwanted
        ? recovery.giveUp(gap, signal)
        : recovery.fill(gap, signal));
      observation.fill(gap);
      this.promise();
    } catch (error) {
      // Whoever holds the lease next finds the gap again: nothing behind it was promised.
      if (!signal.aborted) throw error;
    }
  }
}
