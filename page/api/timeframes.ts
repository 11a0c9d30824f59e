/** The timeframes that can be shown, shortest first. */
import { MINUTE, minutesIn, rolledTimeframes, type Timeframe } from '../../runtime/markets/timeframe.ts';

export { MINUTE, type Timeframe };

export const timeframes: readonly Timeframe[] = ['1m', ...rolledTimeframes];

/** Usual length of a window, ms; one at a close or across a clock change can be shorter or longer. */
export function lengthOf(timeframe: Timeframe): number {
  return minutesIn[timeframe] * MINUTE;
}
