/** Opens the sinks that the variables choose, and ends them. */
import { hostname } from 'node:os';
import type { Market } from '../../../markets/names.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { version } from '../../../platform/release-names.ts';
import { processTime } from '../../../platform/time.ts';
import type { NumberedEvent } from '../passed-on/event.ts';
import type { EventSink } from '../passed-on/event-sink.ts';
import type { SinkPlan } from '../passed-on/plan.ts';
import { Envelopes } from './envelopes.ts';

export interface OpeningOptions {
  readonly plans: readonly SinkPlan[];
  /** Name of the feed, for envelopes. */
  readonly feed: string;
  readonly market: Market;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Called when none takes anything any more. @default nothing happens */
  readonly onAllGone?: () => void;
}

export interface Sinks {
  readonly all: readonly EventSink[];
  /** Somebody has moved the files. */
  reopen(): void;
}

/** @throws EnvironmentError when a sink cannot be used */
export async function openSinks(options: OpeningOptions): Promise<Sinks> {
  const { plans, feed, market, clock, logger, onAllGone } = options;
  const envelopes = new Envelopes({ feed, hostname: hostname(), version });
  const all: EventSink[] = [];
  const reopened: (() => void)[] = [];
  const world = {
    market,
    chosen: plans.map(({ kind }) => kind),
    output: process.stdout,
    now: Date.now,
    eventTime: () => clock.now(),
    time: processTime,
    logger,
    envelopeOf: (event: NumberedEvent) => envelopes.of(event),
    onGone: () => {
      if (all.every(sink => sink.isGone)) onAllGone?.();
    },
  };
  for (const plan of plans) {
    const { sink, reopen } = await plan.open(world);
    all.push(sink);
    if (reopen) reopened.push(reopen);
  }
  const reopen = () => {
    for (const each of reopened) each();
  };
  return { all, reopen };
}

/** Writes what they hold, each by itself. @returns whether everything that was accepted is written */
export async function closeSinks(
  sinks: readonly EventSink[],
  signal: AbortSignal,
  logger: Logger,
): Promise<boolean> {
  const ends = await Promise.allSettled(sinks.map(sink => sink.close(signal)));
  const failed = ends.filter(end => end.status === 'rejected');
  for (const { reason } of failed) logger.error('events are lost', { error: `${reason}` });
  return failed.length === 0;
}
