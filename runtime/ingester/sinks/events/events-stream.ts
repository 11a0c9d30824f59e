/** Passed-on events to the feed's events stream: each lane in order, and none held up by another. */
import type { Logger } from '../../../platform/logger.ts';
import { type FailedEntries, requestsOf } from '../../../platform/put-records.ts';
import { awsBackoff, delayAfter } from '../../../platform/retry.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { Time } from '../../../platform/time.ts';
import { LANES, laneOf, slotOfLane } from '../../../records/slot.ts';
import type { Pacer } from '../kinesis/pacer.ts';
import { type NumberedEvent, without } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';
import { type Pack, packed } from './pack.ts';
import { troubleIn, troubleOf } from './trouble.ts';

export interface EventsStreamOptions {
  /** Sends one request. @throws when nothing is known of its entries */
  readonly put: (packs: readonly Pack[]) => Promise<FailedEntries<Pack>>;
  readonly pacer: Pick<Pacer, 'room' | 'spend'>;
  readonly lineOf: (event: NumberedEvent) => string;
  readonly time: Pick<Time, 'now'>;
  readonly seldom: Seldom;
  readonly logger: Logger;
  readonly close: () => void;
}

/** Of a lane at most one record is under way: what the stream did not take is put again before anything that came later. */
export class EventsStream implements Outlet {
  readonly #options: EventsStreamOptions;
  readonly #lanes = Array.from({ length: LANES }, () => ({ failures: 0, restsUntil: 0 }));

  constructor(options: EventsStreamOptions) {
    this.#options = options;
  }

  get state(): string {
    const failing = this.#lanes.filter(({ failures }) => failures > 0).length;
    return failing > 0 ? `${failing} of ${LANES} lanes failing` : 'ok';
  }

  /** Those of lanes that do not rest, and whose shard has room. */
  taking(): (event: NumberedEvent) => boolean {
    const { time, pacer } = this.#options;
    const now = time.now();
    const takes = this.#lanes.map(
      ({ restsUntil }, lane) => restsUntil <= now && pacer.room(slotOfLane(lane)).records > 0,
    );
    return ({ symbol }) => takes[laneOf(symbol)] === true;
  }

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const { packs, unfit } = packed(events, this.#options.lineOf);
    const done = [...unfit];
    for (const event of unfit) this.#refuse(event);
    let error: Error | undefined;
    for (const request of requestsOf(packs)) {
      const outcome = await this.#put(request);
      error ??= outcome.error;
      for (const pack of request) {
        const isTaken = !outcome.failed.has(pack);
        this.#settle(pack.lane, isTaken);
        if (isTaken) for (const event of pack.events) done.push(event);
      }
    }
    return { left: without(events, done), unfit, ...(error && { error }) };
  }

  async close(): Promise<void> {
    this.#options.close();
  }

  async #put(
    packs: readonly Pack[],
  ): Promise<{ readonly failed: ReadonlySet<Pack>; readonly error?: Error }> {
    const { put, pacer } = this.#options;
    for (const { lane, data } of packs) pacer.spend(slotOfLane(lane), 1, data.byteLength);
    try {
      const { entries, codes } = await put(packs);
      if (entries.length === 0) return { failed: new Set() };
      return { failed: new Set(entries), error: new Error(troubleOf(codes, packs.length)) };
    } catch (error) {
      return { failed: new Set(packs), error: new Error(troubleIn(error), { cause: error }) };
    }
  }

  /** A lane of which something was not taken rests before it is tried again, longer each time. */
  #settle(lane: number, isTaken: boolean): void {
    const failures = isTaken ? 0 : (this.#lanes[lane]?.failures ?? 0) + 1;
    const restsUntil = isTaken ? 0 : this.#options.time.now() + delayAfter(failures, awsBackoff);
    this.#lanes[lane] = { failures, restsUntil };
  }

  #refuse({ topic, text }: NumberedEvent): void {
    const { seldom, logger } = this.#options;
    seldom.say('unfit', () =>
      logger.warn('the events sink drops an event that no record of the stream can hold', {
        topic,
        characters: text.length,
      }),
    );
  }
}
