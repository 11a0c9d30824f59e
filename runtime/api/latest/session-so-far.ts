/** A session as far as it has come: the fold of its minutes, over however many blocks they lie in. */
import { fold } from '../../fold/fold.ts';
import { Minutes } from '../../fold/minutes.ts';
import type { Session } from '../../markets/calendar.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import { asText } from '../../records/encode.ts';
import type { Feed } from '../feed/feed.ts';
import { sessionMinutes } from '../feed/session-minutes.ts';

/**
 * @param to end of the last minute of it that counts, epoch ms
 * @returns the text of its JSON; undefined where the symbol has no bar in it
 */
export async function sessionSoFar(
  feed: Feed,
  symbol: string,
  session: Session,
  to: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const length = (Math.min(session.end, to) - session.start) / MINUTE;
  const minutes = new Minutes(length);
  const { bars, uncovered } = await sessionMinutes(feed, symbol, session, to, signal);
  for (const { start, minute } of bars) minutes.merge((start - session.start) / MINUTE, minute);
  const folded = fold(minutes, { slot: undefined, own: undefined }, 0, length);
  if (!folded) return undefined;
  const { name, start } = session;
  return asText({ name, start, end: session.end, ...folded, uncovered: uncovered.length });
}
