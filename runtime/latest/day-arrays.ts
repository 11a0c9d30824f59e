/** Keeps under a key per symbol the 5m bars of its newest trading day, each as its highest version. */
import { type Bar, barText, highestVersions } from '../../kit/index.ts';
import type { Calendar } from '../markets/calendar.ts';
import type { RedisConnection, Send } from '../platform/redis/connection.ts';
import { isInOurWay, run } from '../platform/redis/script.ts';
import { type DayOfBars, mergeArguments, mergeDays } from './merge-day.ts';

export interface DayArraysOptions {
  readonly connection: Pick<RedisConnection, 'use'>;
  /** What keys begin with. */
  readonly prefix: string;
  readonly calendar: Calendar;
  /** How long (s) a day stands after the last bar of it was written. */
  readonly ttl: number;
}

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

export class DayArrays {
  readonly #options: DayArraysOptions;

  constructor(options: DayArraysOptions) {
    this.#options = options;
  }

  /** Written again it changes nothing. @throws Error that says what to do, when the server has not taken everything */
  async write(bars: readonly Bar[]): Promise<DayCounts> {
    const days = this.#daysOf(bars);
    if (days.length === 0) return { written: 0, superseded: bars.length, blocked: new Map(), unwritten: 0 };
    const send = () => this.#options.connection.use(send => this.#merge(send, days));
    // While nothing ran, the server may have cut the connection: that is seen by the first who uses it.
    const results = await send().catch(send);
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

  /** By key the newest day that the bars are of, and its bars: those of earlier days it would take the place of. */
  #daysOf(bars: readonly Bar[]): DayOfBars[] {
    const { prefix, calendar } = this.#options;
    return [...Map.groupBy(highestVersions(bars), ({ symbol }) => symbol)].map(([symbol, those]) => {
      const dated = Map.groupBy(those, ({ start }) => calendar.tradingDate(start));
      const day = [...dated.keys()].reduce((a, b) => (a > b ? a : b));
      const newest = (dated.get(day) ?? []).toSorted((a, b) => a.start - b.start);
      return { key: `${prefix}:agg5m:${symbol}`, day, bars: newest.map(barText) };
    });
  }

  /** @returns of each day how many of its bars were newer, or what stands in the way */
  async #merge(send: Send, days: readonly DayOfBars[]): Promise<readonly (number | string)[]> {
    const parts = Array.from({ length: Math.ceil(days.length / KEYS) }, (_, n) =>
      days.slice(n * KEYS, (n + 1) * KEYS),
    );
    const answers = await Promise.all(
      parts.map(part => {
        const keys = part.map(({ key }) => key);
        return run(send, mergeDays, keys, mergeArguments(part, this.#options.ttl));
      }),
    );
    const results: unknown[] = answers.flat();
    return results.map(result => {
      if (typeof result === 'number' || (typeof result === 'string' && isInOurWay(result))) return result;
      throw new Error(`${result}`);
    });
  }
}
