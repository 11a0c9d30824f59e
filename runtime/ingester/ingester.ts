/** The life of an ingester: reads the feed whenever it holds the lease, and when it is told to stop hands over. */
import type { Logger } from '../platform/logger.ts';
import type { Time } from '../platform/time.ts';
import type { Feed } from '../vendor/feed-events.ts';
import type { MinutesChannel } from './channels/minutes/minutes-channel.ts';
import type { Passing } from './channels/passed-on/passing.ts';
import { NOBODY } from './lease/lease.ts';
import type { LeaseKeeper, Term } from './lease/lease-keeper.ts';
import type { Versions } from './lease/versions.ts';
import type { Taken } from './sessions/session-book.ts';
import type { SessionRecorder } from './sessions/session-recorder.ts';
import { closeSinks } from './sinks/kinds/open.ts';
import type { Publishing } from './sinks/minutes-stream/publishing.ts';
import type { QuarantineWriter } from './sinks/quarantine-writer.ts';
import type { Resubscription } from './symbols/resubscription.ts';
import type { ShownSymbols } from './symbols/shown-symbols.ts';
import type { Follower } from './symbols/symbol-follower.ts';

/**
 * How long (ms of wall time) the lease is kept while what is held is published, so that a hand-over takes less than a minute.
 * Bars go on after it; watermarks are the successor's.
 */
const HAND_OVER = 40_000;

export interface IngesterOptions {
  readonly lease: LeaseKeeper;
  readonly versions: Versions;
  readonly vendor: { readonly feed: Feed; readonly client: Disposable };
  readonly symbols: {
    readonly resubscription: Resubscription;
    readonly shown: ShownSymbols;
    readonly follower: Follower;
  };
  readonly channel: MinutesChannel;
  readonly sessions: SessionRecorder;
  readonly sink: Publishing;
  readonly quarantine: QuarantineWriter;
  /** Whose sinks are closed in the end. */
  readonly passing: Pick<Passing, 'sinks' | 'lost' | 'halts'>;
  readonly time: Time;
  readonly logger: Logger;
}

export class Ingester {
  readonly #options: IngesterOptions;
  /** Under which the lease was last held. */
  #epoch = 0;

  constructor(options: IngesterOptions) {
    this.#options = options;
  }

  /** Runs until `stop` aborts, then publishes what is held, at the latest until the signal of `limit()` aborts. @throws when records that waited on disk cannot be read. @returns how many records, and events of sinks, could not be published */
  async run(stop: AbortSignal, limit: () => AbortSignal): Promise<number> {
    const { lease, vendor, channel, symbols, sink, passing, logger } = this.#options;
    const reading = AbortSignal.any([stop, sink.broken]);
    const pacing = sink.followShards(reading);
    try {
      await symbols.follower.begin(reading);
      await Promise.all([this.#read(reading), symbols.follower.run(reading)]);
      const isOver = limit();
      // One that hangs must not keep the lease from a successor; and minutes come to sinks for as long as they are published.
      const flushed = passing.sinks.map(sink => sink.flush(isOver));
      try {
        await Promise.all([this.#handOver(isOver), ...flushed]);
      } finally {
        await closeSinks(passing.sinks, isOver, logger);
      }
      await pacing;
    } finally {
      channel[Symbol.dispose]();
      await lease.release();
      vendor.client[Symbol.dispose]();
    }
    return sink.backlog.held.records + passing.lost;
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const term of this.#options.lease.terms(signal)) await this.#serve(term);
  }

  async #serve({ epoch, before, signal }: Term): Promise<void> {
    const { versions, vendor, channel, symbols, sessions, passing } = this.#options;
    // What another holder did meanwhile is not known here.
    if (before?.epoch !== this.#epoch) {
      channel.forget();
      passing.halts?.forget();
    }
    this.#epoch = epoch;
    versions.raise(before?.lastVersion ?? 0);
    channel.begin(before);
    sessions.begin(epoch, before, takenFrom(before));
    await symbols.resubscription.takeOver(signal);
    await passing.halts?.takeOver(signal);
    await Promise.all([
      channel.run(vendor.feed.events(signal), signal),
      symbols.shown.run(signal),
      sessions.run(signal),
      passing.halts?.run(signal),
    ]);
  }

  async #handOver(atLatest: AbortSignal): Promise<void> {
    const { lease, sink, quarantine, sessions, time } = this.#options;
    const isOver = new AbortController();
    const published = Promise.all([sink.stream.flush(atLatest), quarantine.close(atLatest)]).then(() =>
      sessions.save(),
    );
    try {
      await Promise.race([published, time.sleep(HAND_OVER, isOver.signal, 'hand-over')]);
      await lease.release();
      await published;
    } finally {
      isOver.abort();
      await sink.stream.close(atLatest);
    }
  }
}

function takenFrom(before: Term['before']): Taken {
  if (!before) return 'first';
  return before.owner === NOBODY ? 'given back' : 'ran out';
}
