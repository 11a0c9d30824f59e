/** All days that have ended and may still change, one after the other; one that fails keeps no other from being archived. */
import type { Logger } from '../platform/logger.ts';
import { type Archiving, archiveDay, logsIn, logsOf } from './archive-day.ts';
import { dayBefore, endedDays } from './days.ts';

/** @param now of the market that the feed shows, epoch ms. @throws AggregateError of what failed, when all others are archived */
export async function archiveDays(
  archiving: Archiving,
  now: number,
  logger: Pick<Logger, 'info' | 'error'>,
  signal: AbortSignal,
): Promise<void> {
  const { windows, bucket } = archiving;
  const errors: unknown[] = [];
  const days = endedDays(windows.calendar, now);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return;
  const logs = await logsIn(archiving, { from: first.from, to: last.to });
  // A feed has no days before its first bar. Afterwards each has files, with bars or without: one that has none is one that failed.
  let hasBegun = (await bucket.manifest('1m', dayBefore(windows.calendar, first))) !== undefined;
  for (const day of days)
    try {
      const ofDay = logsOf(logs, windows, day);
      hasBegun ||= ofDay.size > 0;
      if (!hasBegun) continue;
      const rows = await archiveDay(archiving, day, ofDay, now, signal);
      if (rows) logger.info('a day is archived', { date: day.date, rows });
    } catch (error) {
      logger.error('a day could not be archived', { date: day.date, error });
      errors.push(error);
    }
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} of ${days.length} days could not be archived`);
}
