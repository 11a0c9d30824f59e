/** The ingester: what the feed shows becomes records on the minutes stream, with a promise for every minute. */
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Bars, Feed, FeedEvent } from './feed.ts';
import type { MinutesStream } from './minutes-stream.ts';
import type { Observation } from './observation.ts';
import type { Refusals } from './refusals.ts';
import type { Resends } from './resends.ts';
import type { Counts } from './status.ts';
import type { Subscription } from './subscription.ts';
import type { Versions } from './versions.ts';

export interface IngesterOptions {
  readonly clock: Clock;
  readonly feed: Feed;
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly resends: Resends;
  readonly versions: Versions;
  readonly stream: MinutesStream;
  readonly refusals: Refusals;
  readonly counts: Counts;
  readonly logger: Logger;
  /** Called whenever a subscription comes to stand. @default nobody is told */
  readonly onSubscribed?: () => void;
}

export class Ingester {
  readonly #options: IngesterOptions;

  constructor(options: IngesterOptions) {
    this.#options = options;
  }

  /** Reads the feed until the signal aborts and what had arrived is on its way to the stream. */
  async run(signal: AbortSignal): Promise<void> {
    const { feed } = this.#options;
    const watermarks = this.#promiseMinutes(signal);
    for await (const event of feed.events(signal)) this.#handle(event);
    await watermarks;
    this.#promise();
    this.#options.stream.declareLost();
  }

  /** Each minute becomes due at its time, whether or not anything arrives. */
  async #promiseMinutes(signal: AbortSignal): Promise<void> {
    const { clock, observation } = this.#options;
    while (!signal.aborted) {
      await clock.until(observation.nextDue(clock.now()), signal).catch(error => {
        if (!signal.aborted) throw error;
      });
      this.#promise();
    }
  }

  #promise(): void {
    const { clock, observation, stream, subscription } = this.#options;
    const through = observation.settle(clock.now());
    if (through !== undefined) stream.watermark(through, subscription.slots);
  }

  #handle(event: FeedEvent): void {
    switch (event.type) {
      case 'bars':
        this.#publish(event);
        break;
      case 'subscribed':
        this.#declareUncovered();
        this.#promise();
        this.#options.onSubscribed?.();
        break;
      case 'lost':
        this.#promise();
        this.#options.observation.lost(event.lastHeard);
        break;
    }
  }

  #publish({ bars, refused, observed }: Bars): void {
    const { clock, observation, resends, versions, stream, refusals, counts } = this.#options;
    const now = clock.now();
    const inThisFrame = new Set<string>();
    for (const bar of bars) {
      if (resends.isKnown(bar)) {
        counts.repeated++;
        continue;
      }
      const identity = `${bar.start} ${bar.symbol}`;
      const isSecond = inThisFrame.has(identity);
      inThisFrame.add(identity);
      const versioned = isSecond ? { ...bar, version: versions.next() } : bar;
      if (stream.bar(versioned)) resends.remember(versioned);
    }
    for (const bar of refused) refusals.add(bar, now);
    if (observed !== undefined) observation.data(observed, now);
    this.#promise();
  }

  #declareUncovered(): void {
    const { clock, observation, stream, subscription, counts, logger } = this.#options;
    const minutes = observation.subscribed(clock.now());
    const [first] = minutes;
    const last = minutes.at(-1);
    const { symbols } = subscription;
    logger.info('the subscription stands', { symbols: symbols === '*' ? symbols : symbols.length });
    if (first === undefined || last === undefined) return;
    stream.uncovered(minutes, subscription.slots);
    counts.uncoveredMinutes += minutes.length;
    logger.warn('minutes that nobody saw are declared uncovered', {
      from: new Date(first).toISOString(),
      to: new Date(last).toISOString(),
      minutes: minutes.length,
    });
  }
}
