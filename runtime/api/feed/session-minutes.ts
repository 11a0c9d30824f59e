/** A session's minutes as the log has them, over however many blocks they lie in. */
import type { Session } from '../../markets/calendar.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import type { MinuteValues } from '../../records/bar.ts';
import { slotOf } from '../../records/slot.ts';
import type { Feed } from './feed.ts';

export interface SessionMinutes {
  /** Those that have a bar, in their order. */
  readonly bars: readonly { readonly start: number; readonly minute: MinuteValues }[];
  /** Starts of those without one for which the feed was blind. */
  readonly uncovered: readonly number[];
}

/** @param to end of the last minute of it that counts, epoch ms */
export async function sessionMinutes(
  feed: Pick<Feed, 'windows' | 'blocks'>,
  symbol: string,
  session: Session,
  to: number,
  signal: AbortSignal,
): Promise<SessionMinutes> {
  const bars: { start: number; minute: MinuteValues }[] = [];
  const uncovered: number[] = [];
  const end = Math.min(session.end, to);
  for (let start = session.start; start < end; ) {
    const block = feed.windows.blockOf(start);
    const logged = await feed.blocks.get(slotOf(symbol), block, signal);
    for (; start < Math.min(block.end, end); start += MINUTE) {
      const offset = (start - block.start) / MINUTE;
      const minute = logged.minute(symbol, offset);
      if (minute) bars.push({ start, minute });
      else if (logged.isUncovered(symbol, offset)) uncovered.push(start);
    }
  }
  return { bars, uncovered };
}
