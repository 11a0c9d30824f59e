/** Reads the session rules of a market into minutes of the day, and refuses rules that contradict each other. */
import type { SessionRule } from './market.ts';

/** One session of a trading day, in minutes after the exchange's local midnight; 1440 is the day's end. */
export interface SessionTimes {
  readonly name: string;
  readonly opens: number;
  /** It opens on the evening before its trading day. */
  readonly opensDayBefore: boolean;
  readonly closes: number;
  /** Length that it keeps from an early close on, when it opens after it; undefined when it is left out then. */
  readonly minutesAfterEarlyClose: number | undefined;
}

/** @throws RangeError that names the session, what is wrong with it and what to do */
export function sessionTimes(rules: readonly SessionRule[]): readonly SessionTimes[] {
  const sessions = rules.map(readRule);
  if (sessions.length === 0) throw new RangeError('a market needs at least one session');
  for (const [i, session] of sessions.entries()) {
    const before = sessions[i - 1];
    if (session.opensDayBefore ? before !== undefined : session.closes <= session.opens)
      throw new RangeError(
        `session '${session.name}' is out of order: a session closes after it opens, and only the first may open the day before`,
      );
    if (before && session.opens < before.closes)
      throw new RangeError(
        `session '${session.name}' opens before '${before.name}' closes: list them in the order of the day, without overlap`,
      );
  }
  const [first, last] = [sessions[0], sessions.at(-1)];
  if (first?.opensDayBefore && last && first.opens < last.closes)
    throw new RangeError(
      `session '${first.name}' opens before '${last.name}' of the day before closes: let one begin where the other ends`,
    );
  return sessions;
}

function readRule(rule: SessionRule): SessionTimes {
  return {
    name: rule.name,
    opens: minutesOf(rule.opens),
    opensDayBefore: rule.opensDayBefore ?? false,
    closes: minutesOf(rule.closes),
    minutesAfterEarlyClose: rule.minutesAfterEarlyClose,
  };
}

/** Minutes after midnight of an `HH:MM`. @throws RangeError when it is not a time of day from 00:00 to 24:00 */
export function minutesOf(time: string): number {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time);
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
  if (!(minutes <= 1440))
    throw new RangeError(`session time '${time}' is not a time of day: use HH:MM from 00:00 to 24:00`);
  return minutes;
}
