/** What a chunk says to whoever watches: how complete its block is. No rule of the roll-up reads it. */
import { MINUTE } from '../markets/timeframe.ts';
import type { ChunkBody, LoggedMark } from '../tables/chunks/chunk-body.ts';
import type { BlockState } from './block-state.ts';

export interface ChunkReport {
  /** Symbols of the slot with a bar of the minute that ends at the chunk's watermark; absent where the block has no such minute. */
  readonly symbols?: number;
  /** Minutes of the block that stand uncovered for the slot or for a symbol of it. */
  readonly uncovered: number;
  /** The slot's highest watermark whose bars this worker has seen acknowledged; 0 when it has seen none. */
  readonly emitted: number;
}

/** The report of a chunk that is about to be appended to the state's log. */
export function reportOf(
  state: BlockState,
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

function symbolsOf(state: BlockState, { minutes }: ChunkBody, minute: number): number | undefined {
  const { start, end } = state.block;
  if (minute < start || minute >= end) return undefined;
  const symbols = new Set(state.symbolsAt((minute - start) / MINUTE));
  for (const { symbol, start } of minutes) if (start === minute) symbols.add(symbol);
  return symbols.size;
}

function uncoveredMinutes(state: BlockState, added: readonly LoggedMark[]): number {
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
