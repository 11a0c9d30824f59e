/** `GET /v1/sessions`: what happened in the sessions of a feed, page by page. */
import { type SessionRecord, sessionEvents } from '../../tables/sessions/session-record.ts';
import { type SessionsQuery, USUAL_SESSIONS } from '../contract/queries.ts';
import type { SessionAnswer } from '../contract/session-answers.ts';
import type { Feed } from '../feed/feed.ts';
import { cursorOf, placesIn } from '../http/cursor.ts';
import type { Answer } from '../http/response.ts';

export async function sessionsAnswer(
  { config, sessions, lease }: Feed,
  query: SessionsQuery,
  signal: AbortSignal,
): Promise<Answer> {
  const { cursor, from, to, limit = USUAL_SESSIONS, order, ...others } = query;
  const asked = { list: 'sessions', from, to, limit, order, ...others };
  const [place] = cursor === undefined ? [] : placesIn(cursor, asked, ['sessions']);
  const range = { limit, order, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const [{ sessions: found, next }, held] = await Promise.all([
    sessions.range({ ...range, ...goingOn(order, place) }, signal),
    lease.read(),
  ]);
  const answer = {
    sessions: found.map(
      (record): SessionAnswer => ({ feed: config.feed, ...told(record, held?.through ?? 0) }),
    ),
    ...(next !== undefined && { nextCursor: cursorOf(asked, [next]) }),
  };
  return { type: 'application/json', text: JSON.stringify(answer) };
}

/** From the start of the next session on, or back. */
function goingOn(order: SessionsQuery['order'], place: number | null | undefined) {
  if (typeof place !== 'number') return {};
  return order === 'asc' ? { from: place } : { to: place + 1 };
}

/** @param through the watermark of the feed, epoch ms */
function told(record: SessionRecord, through: number): Omit<SessionAnswer, 'feed'> {
  const { date, session, releases, ...rest } = record;
  const isSkipped = record.events.some(({ event }) => event === sessionEvents.skipped);
  const hasEnded = through >= record.end;
  const state = hasEnded ? 'ended' : 'open';
  return { date, session, state: isSkipped ? 'skipped' : state, ...rest, releases: [...releases] };
}
