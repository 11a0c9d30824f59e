/** The note of the symbols that a feed follows and the vendor does not list any more: whoever ranks symbols writes it, whoever expects bars reads it. */
import * as v from 'valibot';
import type { Memory } from './monitor-memory.ts';

const KEY = 'delisted';
/** It is renewed after every session, and no holiday season is longer (ms): of an older one nobody knows whether it still holds. */
const HOLDS = 7 * 86_400_000;

const content = v.object({ date: v.pipe(v.string(), v.isoDate()), symbols: v.array(v.string()) });

/** @param date of the session after which they were looked for */
export async function putDelisted(memory: Memory, date: string, symbols: readonly string[]): Promise<void> {
  await memory.put(KEY, { date, symbols }, 'for ever');
}

/**
 * In the order of their names; none where nobody looks for them.
 * @param now of the market that the feed shows, epoch ms
 */
export async function delistedAt(memory: Pick<Memory, 'get'>, now: number): Promise<readonly string[]> {
  const parsed = v.safeParse(content, await memory.get(KEY));
  if (!parsed.success || now - Date.parse(parsed.output.date) > HOLDS) return [];
  return [...new Set(parsed.output.symbols)].sort();
}
