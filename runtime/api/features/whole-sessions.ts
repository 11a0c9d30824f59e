/** Which sessions the log has from their start: of any other a feature would be made of a fragment. */
import { MINUTE } from '../../markets/timeframe.ts';
import { slotOf } from '../../records/slot.ts';
import { expectLogged, LIFE } from '../bars/minutes.ts';
import type { Feed } from '../feed/feed.ts';
import { refused } from '../http/query.ts';

/** A log that lasts for longer still is so young that none before it has expired, ms. */
const YOUNG = LIFE - 24 * 60 * MINUTE;

/**
 * Where a range can begin: at `from`, or, where nobody says from when, with the first session that the log has whole.
 * @param from 0 where nobody says
 * @param at now, epoch ms of event time
 * @throws Problem for a range that begins in a session or before one whose start is no longer in the log
 */
export async function wholeFrom(
  feed: Feed,
  symbols: readonly string[],
  from: number,
  at: number,
  signal: AbortSignal,
): Promise<number> {
  await expectLogged(feed, symbols, from, at, signal);
  if (from > 0 && feed.windows.calendar.sessionAt(from).start >= at - LIFE) return from;
  const slots = [...new Set(symbols.map(slotOf))];
  const since = Math.max(...(await Promise.all(slots.map(slot => wholeSince(feed, slot, at, signal)))));
  if (from === 0 || from >= since) return Math.max(from, since);
  throw refused(
    'from',
    new Date(from).toISOString(),
    `features need their session from its start, which the log has since ${new Date(since).toISOString()}; older bars are in the archive, in Parquet files by day`,
  );
}

/** End of the session that the slot's log begins in the middle of; 0 where it has all of it that there ever was. */
async function wholeSince(feed: Feed, slot: number, at: number, signal: AbortSignal): Promise<number> {
  const first = await feed.blocks.next(slot, 0, signal);
  if (!Number.isFinite(first)) return 0;
  const { start, end } = feed.windows.calendar.sessionAt(first);
  if (start >= first || start >= at - LIFE) return 0;
  const { expires = 0 } = await feed.blocks.get(slot, feed.windows.blockOf(first), signal);
  return 1_000 * expires - feed.wallClock() > YOUNG ? 0 : end;
}
