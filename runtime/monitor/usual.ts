/** How many symbols are usual at a minute of a session: the median of that minute in the sessions before, less those that are known to be quiet. */
import * as v from 'valibot';
import type { Memory } from '../tables/monitor-memory.ts';

/** Sessions that are remembered. */
const SESSIONS = 5;
/** With fewer sessions nothing is usual yet. */
const LEAST_SESSIONS = 3;
/** Below so many symbols the share that has a bar is a matter of chance. */
const LEAST_SYMBOLS = 20;

/** Which minute of which session. */
export interface SessionMinute {
  readonly session: string;
  /** Minutes since the session's open. */
  readonly offset: number;
  /** Start of the session, epoch ms: tells one day's from another's. */
  readonly start: number;
}

/** Start of a session and the symbols it would have had at the minute if none were quiet, the oldest first. */
const note = v.array(v.tuple([v.number(), v.number()]));

export class Usual {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /**
   * Remembers `symbols`.
   * @param quiet how many have no bar for a known reason
   * @returns their ratio to the number that is to be expected; undefined when that is unknown or too small to judge by
   */
  async ratio(
    { session, offset, start }: SessionMinute,
    symbols: number,
    quiet = 0,
  ): Promise<number | undefined> {
    const key = `usual#${session}#${offset}`;
    const parsed = v.safeParse(note, await this.#memory.get(key));
    const before = (parsed.success ? parsed.output : []).filter(([other]) => other < start);
    const usual = before.length < LEAST_SESSIONS ? 0 : median(before.map(([, count]) => count));
    // A minute without anybody is an outage or a halt: it must not become what is usual.
    // Remembered with the quiet ones, or they would be taken off twice once the sessions before have been without them, too.
    if (symbols > 0) await this.#memory.put(key, [...before, [start, symbols + quiet]].slice(-SESSIONS));
    const expected = usual - quiet;
    return expected < LEAST_SYMBOLS ? undefined : symbols / expected;
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
