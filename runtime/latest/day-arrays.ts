/** Keeps under a key per symbol the 5m bars of its newest trading day, each as its highest version. */
import { type Bar, barText, highestVersions } from '../../kit/index.ts';
import type { Calendar } from '../markets/calendar.ts';
import { partsOf } from '../platform/in-parallel.ts';
import type { RedisConnection, Send } from '../platform/redis/connection.ts';
import { isInOurWay, run } from '../platform/redis/script.ts';
import { ABSENT, type DayOfBars, mergeArguments, mergeDays } from './merge-day.ts';
import type { StoredDays } from './stored-days.ts';

export interface DayArraysOptions {
  readonly connection: Pick<RedisConnection, 'use'>;
  /** What keys begin with. */
  readonly prefix: string;
  readonly calendar: Calendar;
  /** How long (s) a day stands after the last bar of it was written. */
  readonly ttl: number;
  /** What a list begins with that is not there. @default the bars that come */
  readonly stored?: Pick<StoredDays, 'of'> | undefined;
}

/** Of each day how many of its bars were newer, or what stands in the way. */
type Results = readonly (number | string)[];

/** What one batch came to. */
export interface DayCounts {
  /** Bars written. */
  readonly written: number;
  /** Bars in whose place stood one as new or newer, or a later day. */
  readonly superseded: number;
  /** Keys at which something stands that is not ours, and what that is. */
  readonly blocked: ReadonlyMap<string, string>;
  /** Bars for which it stands in the way. */
  readonly unwritten: number;
}

/** Keys of one call, which takes 5 ms where each holds a whole day: no other client waits for long. */
const KEYS = 16;
/** Lists that are begun at once with all of their day: less than the megabyte that a request over HTTP may have, and done with whatever becomes of the others. */
const FILLED = 8;

export class DayArrays {
  readonly #options: DayArraysOptions;

  constructor(options: DayArraysOptions) {
    this.#options = options;
  }

  /** Written again it changes nothing. @throws Error that says what to do, when the server has not taken everything */
  async write(bars: readonly Bar[], signal: AbortSignal): Promise<DayCounts> {
    const days = this.#daysOf(bars);
    const results = await this.#take(days, signal);
    const blocked = new Map<string, string>();
    let [written, unwritten] = [0, 0];
    for (const [index, { key, bars: texts }] of days.entries()) {
      const result = results[index];
      if (typeof result === 'number') written += result;
      else {
        blocked.set(key, `${result}`);
        unwritten += texts.length;
      }
    }
    return { written, superseded: bars.length - written - unwritten, blocked, unwritten };
  }

  async #take(days: readonly DayOfBars[], signal: AbortSignal): Promise<Results> {
    const { stored } = this.#options;
    if (stored === undefined) return await this.#merge(days, true);
    const results = await this.#merge(days, false);
    const absent = days.filter((_, n) => results[n] === ABSENT);
    for (const some of partsOf(absent, FILLED)) {
      // First, so that a list that is there has all that the table had when it began, whatever becomes of this invocation.
      await this.#merge(await stored.of(some, signal), true);
      await this.#merge(some, true);
    }
    return results.map((result, n) => (result === ABSENT ? (days[n]?.bars.length ?? 0) : result));
  }

  /** By key the newest day that the bars are of, and its bars: those of earlier days it would take the place of. */
  #daysOf(bars: readonly Bar[]): DayOfBars[] {
    const { prefix, calendar } = this.#options;
    return [...Map.groupBy(highestVersions(bars), ({ symbol }) => symbol)].map(([symbol, those]) => {
      const day = calendar.tradingDay(Math.max(...those.map(({ start }) => start)));
      const newest = those.filter(({ start }) => start >= day.start).toSorted((a, b) => a.start - b.start);
      return { symbol, key: `${prefix}:agg5m:${symbol}`, day, bars: newest.map(barText) };
    });
  }

  async #merge(days: readonly DayOfBars[], begins: boolean): Promise<Results> {
    if (days.length === 0) return [];
    const { connection, ttl } = this.#options;
    const merge = async (send: Send): Promise<Results> => {
      const calls = partsOf(days, KEYS).map(part => {
        const keys = part.map(({ key }) => key);
        return run(send, mergeDays, keys, mergeArguments(part, { ttl, begins }));
      });
      return (await Promise.all(calls)).flat().map(resultIn);
    };
    const send = () => connection.use(merge);
    // While nothing ran, the server may have cut the connection: that is seen by the first who uses it.
    return await send().catch(send);
  }
}

/** @throws Error as the server words it */
function resultIn(answer: number | string): number | string {
  if (typeof answer === 'number' || isInOurWay(answer)) return answer;
  throw new Error(answer);
}
