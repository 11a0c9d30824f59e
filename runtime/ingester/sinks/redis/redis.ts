/** The latest of every symbol and the newest of all in Redis: each flush writes a key once, however many events it is made of. */
import { asError } from '../../../platform/error-code.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { RedisConnection, Send } from '../../../platform/redis/connection.ts';
import { isInOurWay, notOurs, run } from '../../../platform/redis/script.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { NumberedEvent } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';
import type { PreviousCloses } from './closes.ts';
import { type StreamName, streamFields } from './entries.ts';
import { addEntries } from './scripts.ts';
import { type Outcome, outcomeOf, writeValues } from './values.ts';
import type { EventWrites, FairValue, Latest, LatestValue, MinuteValue, Writes } from './writes.ts';

/** Entries that a stream has, or a few more. */
const STREAM_LENGTH = 1_000;
/** How long (s) a stream knows which entry of ours was the last: far longer than one is tried. */
const LANE_TTL = 3_600;

export interface RedisOutletOptions {
  readonly connection: RedisConnection;
  readonly writes: EventWrites;
  readonly closes: PreviousCloses;
  /** This process, apart from all others: the numbers of its events rise. */
  readonly lane: string;
  readonly seldom: Seldom;
  readonly logger: Logger;
}

type Prepared = readonly [event: NumberedEvent, writes: Writes];

export class RedisOutlet implements Outlet {
  readonly #options: RedisOutletOptions;

  constructor(options: RedisOutletOptions) {
    this.#options = options;
  }

  get state(): string {
    return this.#options.connection.circuit;
  }

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const unfit: NumberedEvent[] = [];
    const prepared = events.flatMap((event): Prepared[] => {
      try {
        return [[event, this.#options.writes.of(event)]];
      } catch (error) {
        unfit.push(event);
        this.#refuse(event.topic, error);
        return [];
      }
    });
    try {
      if (prepared.length > 0)
        unfit.push(...(await this.#options.connection.use(send => this.#send(send, prepared))));
      return { left: [], unfit };
    } catch (error) {
      this.#options.closes.doubt();
      const left = prepared.map(([event]) => event);
      return { left, unfit, error: asError(error) };
    }
  }

  async close(): Promise<void> {
    this.#options.connection.close();
  }

  /** @returns the events for which something that is not ours stands in the way. @throws when one of them is to be tried again; those that are written already stay as they are */
  async #send(send: Send, prepared: readonly Prepared[]): Promise<readonly NumberedEvent[]> {
    await this.#settle(send, prepared);
    const latest = new Map<string, Latest>();
    for (const [, { latest: next }] of prepared) {
      // Minutes of one symbol are written one by one: each may be the last of a session.
      const place = next.kind === 'minute' ? `${next.key} ${next.at[0]}` : next.key;
      const known = latest.get(place);
      if (known === undefined || !isBefore(next, known)) latest.set(place, next);
    }
    const calls: Promise<Outcome | readonly Outcome[]>[] = this.#writeLatest(send, [...latest.values()]);
    const entries = prepared.filter(([, { entry }]) => entry !== undefined);
    for (const [stream, those] of Map.groupBy(entries, ([, { entry }]) => entry?.stream))
      if (stream) calls.push(outcomeOf(keyOf(stream), this.#add(send, stream, those)));
    const outcomes = (await Promise.all(calls)).flat();
    const failed = outcomes.find(({ error }) => error !== undefined && !isInOurWay(error));
    if (failed) throw failed.error;
    const blocked = new Set(outcomes.filter(({ error }) => error !== undefined).map(({ key }) => key));
    for (const { key, error } of outcomes) if (error !== undefined) this.#refuse(key, error);
    return prepared
      .filter(
        ([, { latest, entry }]) => blocked.has(latest.key) || (entry && blocked.has(keyOf(entry.stream))),
      )
      .map(([event]) => event);
  }

  /** Learns what fair values are compared with. */
  async #settle(send: Send, prepared: readonly Prepared[]): Promise<void> {
    const values = prepared.flatMap(([, { latest }]): FairValue[] => (latest.kind === 'fmv' ? [latest] : []));
    const calls = this.#options.closes.settle(send, values);
    for (const { key, error } of await Promise.all(calls.map(({ key, done }) => outcomeOf(key, done))))
      if (error !== undefined)
        if (isInOurWay(error)) this.#refuse(key, error);
        else throw error;
  }

  #writeLatest(send: Send, latest: readonly Latest[]) {
    const minutes = latest.filter(each => each.kind === 'minute');
    const values = latest.flatMap((each): LatestValue[] => {
      if (each.kind !== 'fmv') return each.kind === 'value' ? [each] : [];
      const { key, at } = each;
      return [{ kind: 'value', key, at, order: ['ts', 'ts'], text: this.#options.closes.textOf(each) }];
    });
    return [
      writeValues(send, values),
      ...minutes.map(each => outcomeOf(each.key, this.#writeMinute(send, each))),
    ];
  }

  async #writeMinute(send: Send, minute: MinuteValue): Promise<void> {
    if (await this.#options.closes.writeMinute(send, minute)) return;
    this.#refuse(minute.closeKey, notOurs);
  }

  async #add(send: Send, stream: StreamName, prepared: readonly Prepared[]): Promise<void> {
    const fields = streamFields[stream];
    // All of one call come to the stream at once: of more than it holds nobody would ever see the first.
    const seen = prepared.slice(-STREAM_LENGTH);
    const entries = seen.flatMap(([{ seq }, { entry }]) => [`${seq}`, ...(entry?.values ?? [])]);
    const args = [`${STREAM_LENGTH}`, `${LANE_TTL}`, `${fields.length}`, ...fields, ...entries];
    const keys = [keyOf(stream), `{${keyOf(stream)}}:lane:${this.#options.lane}`];
    await run(send, addEntries, keys, args);
  }

  #refuse(what: string, error: unknown): void {
    const { seldom, logger } = this.#options;
    const reason = asError(error).message;
    const remedy = isInOurWay(error) ? { remedy: 'rename or delete that key, or use another database' } : {};
    seldom.say('refused', () =>
      logger.warn('the redis sink cannot write this: it is dropped', { what, reason, ...remedy }),
    );
  }
}

function keyOf(stream: StreamName): string {
  return `stream:realtime:${stream}`;
}

function isBefore({ at: [a, b] }: Latest, { at: [c, d] }: Latest): boolean {
  return a < c || (a === c && b < d);
}
