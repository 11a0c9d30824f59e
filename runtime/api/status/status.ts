/** `GET /v1/status`: how every feed stands, from the tables that the monitor looks at, and what alarms stand. */
import { CLOSED } from '../../markets/calendar.ts';
import { MINUTE, minuteOf } from '../../markets/timeframe.ts';
import { type SlotReading, uncoveredMinutes } from '../../tables/chunks/slot-reader.ts';
import { delistedAt } from '../../tables/delisted-note.ts';
import type { FeedStatus } from '../contract/answers.ts';
import type { Feed } from '../feed/feed.ts';
import type { Answer } from '../http/response.ts';
import type { Alarms } from './alarms.ts';
import { connectionOf } from './connection.ts';
import type { FeedMetrics } from './figures.ts';

export type { Alarms } from './alarms.ts';
export type { FeedMetrics } from './figures.ts';

/** Who tells what no table of the feed holds. */
export interface Tellers {
  readonly alarms: Alarms;
  readonly metrics: FeedMetrics;
}

/** The minute before the last one may still be on its way, ms. */
const COMPLETE_AFTER = 2 * MINUTE;

/** @param at now, epoch ms of event time */
export async function statusAnswer(feeds: readonly Feed[], tellers: Tellers, at: number): Promise<Answer> {
  const statuses = await Promise.all(feeds.map(feed => statusOf(feed, tellers, at)));
  return { type: 'application/json', text: JSON.stringify({ feeds: statuses }) };
}

async function statusOf(feed: Feed, { alarms, metrics }: Tellers, at: number): Promise<FeedStatus> {
  const { config, windows, slots, lease, halts, notes, follower, rate, wallClock } = feed;
  const { calendar } = windows;
  const now = at - config.delay;
  const { start: dayStart } = calendar.days.at(now);
  const [reading, noted, delisted, halted, standing, figures] = await Promise.all([
    lease.watch(),
    notes.get('lease'),
    delistedAt(notes, now),
    halts.at(now, calendar),
    alarms.standing(config.alarmPrefix),
    metrics.figures(config, now, dayStart),
  ]);
  const readings = await Promise.all(
    (reading?.slots ?? config.slots).map(slot => slots.read(slot, at, dayStart)),
  );
  const session = calendar.sessionAt(now);
  const isOpen = session.name !== CLOSED;
  const watermark = readings.length === 0 ? 0 : Math.min(...readings.map(({ through }) => through));
  const freshest = Math.max(0, ...readings.map(({ through }) => through));
  const lagOf = (through: number) => (isOpen ? Math.max(0, now - Math.max(through, session.start)) : 0);
  const isRenewed = reading !== undefined && follower.isRenewed(reading, noted, wallClock());
  const symbols = symbolsAt(readings, minuteOf(now) - COMPLETE_AFTER, isOpen);
  return {
    feed: config.feed,
    market: config.market,
    timeZone: calendar.timeZone,
    isOpen,
    session: session.name,
    nextChange: session.end,
    nextSession: calendar.sessionAt(session.end).name,
    now,
    ...(watermark > 0 && { watermark }),
    // What nobody has begun to say is neither late nor in time.
    ...((watermark > 0 || !isOpen) && { lagSeconds: lagOf(watermark) / 1_000 }),
    minutesPerMinute: symbols,
    uncoveredToday: uncoveredMinutes(readings),
    symbolsLastMinute: symbols,
    ...figures,
    connection: connectionOf(reading, isRenewed, lagOf(freshest), rate.take(at, wallClock())),
    quiet: { delisted: [...delisted], halted: halted.map(({ symbol, since }) => ({ symbol, since })) },
    alarms: [...standing],
  };
}

/** Symbols with a bar of the minute, of the slots that have come past it. */
function symbolsAt(readings: readonly SlotReading[], minute: number, isOpen: boolean): number {
  const upToDate = readings.filter(({ through }) => through > minute);
  return isOpen ? upToDate.reduce((sum, { symbols }) => sum + symbols, 0) : 0;
}
