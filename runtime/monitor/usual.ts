/** How many symbols are usual at a minute of a session: the median of that minute in the sessions before, less the share that is known to be quiet. */
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

/** Starts of sessions and how many symbols each would have had if none were quiet, the oldest first. */
const note = v.array(v.tuple([v.number(), v.number()]));
type Note = v.InferOutput<typeof note>;

/** Under which the most of any minute are remembered: of a feed that asks for all nobody knows better how many it follows. */
const MOST = 'most symbols';

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
    const [known, followed] = await Promise.all([this.#noteOf(key), this.#followed(start, symbols + quiet)]);
    const before = known.filter(([other]) => other < start);
    const usual = before.length < LEAST_SESSIONS ? 0 : median(before.map(([, count]) => count));
    // Who is quiet would have traded at this minute no likelier than the others.
    const share = followed === 0 ? 0 : 1 - quiet / followed;
    // A minute without anybody is an outage or a halt: it must not become what is usual.
    // Remembered as if none were quiet, or they would be taken off twice once the sessions before have been without them, too.
    if (symbols > 0) await this.#put(key, [...before, [start, symbols / share]]);
    const expected = usual * share;
    return expected < LEAST_SYMBOLS ? undefined : symbols / expected;
  }

  /** @returns the most symbols of any minute of the latest sessions, this one with so many among them */
  async #followed(start: number, symbols: number): Promise<number> {
    const known = await this.#noteOf(MOST);
    const most = known.find(([session]) => session === start)?.[1] ?? 0;
    const others = known.filter(([session]) => session !== start);
    if (symbols > most) await this.#put(MOST, [...others, [start, symbols]]);
    return Math.max(symbols, ...known.map(([, count]) => count));
  }

  async #noteOf(key: string): Promise<Note> {
    const parsed = v.safeParse(note, await this.#memory.get(key));
    return parsed.success ? parsed.output : [];
  }

  async #put(key: string, all: Note): Promise<void> {
    await this.#memory.put(key, all.slice(-SESSIONS));
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
