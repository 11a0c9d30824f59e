/** What a chunk says to whoever watches: how complete its block is. No rule of the roll-up reads it. */
import { MINUTE } from '../markets/timeframe.ts';
import type { ChunkBody, LoggedMark } from '../tables/chunks/chunk-body.ts';
import type { ChunkReport } from '../tables/chunks/chunk-item.ts';
import type { LoggedBlock } from '../tables/chunks/logged-block.ts';

/** The report of a chunk that is about to be appended to the state's log. */
export function reportOf(
  state: LoggedBlock,
  body: ChunkBody,
  { through, emitted }: { through: number | undefined; emitted: number },
): ChunkReport {
  const symbols = through === undefined ? undefined : symbolsOf(state, body, through - MINUTE);
  return {
    ...(symbols === undefined ? {} : { symbols }),
    uncovered: uncoveredMinutes(state, body.marks),
    emitted,
  };
}

function symbolsOf(state: LoggedBlock, { minutes }: ChunkBody, minute: number): number | undefined {
  const { start, end } = state.block;
  if (minute < start || minute >= end) return undefined;
  const symbols = new Set(state.symbolsAt((minute - start) / MINUTE));
  for (const { symbol, start } of minutes) if (start === minute) symbols.add(symbol);
  return symbols.size;
}

function uncoveredMinutes(state: LoggedBlock, added: readonly LoggedMark[]): number {
  const standing = new Map<string, LoggedMark>();
  const keep = (mark: LoggedMark) => {
    const key = `${mark.minute} ${mark.symbol ?? ''}`;
    if (mark.version > (standing.get(key)?.version ?? 0)) standing.set(key, mark);
  };
  for (const mark of state.marks()) keep(mark);
  for (const mark of added) keep(mark);
  const uncovered = [...standing.values()].filter(({ covered }) => !covered);
  return new Set(uncovered.map(({ minute }) => minute)).size;
}
