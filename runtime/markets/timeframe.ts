/** The timeframes Barflow builds and how long each is. */

/** One minute in milliseconds, the unit of every time in this project. */
export const MINUTE = 60_000;

/** The timeframes that are rolled up from minutes, shortest first; each one divides the next that follows it. */
export const rolledTimeframes = ['5m', '15m', '30m', '1h', '4h'] as const;

export type RolledTimeframe = (typeof rolledTimeframes)[number];

/** `1m` is the vendor's own bar; the others are rolled up from it. */
export type Timeframe = '1m' | RolledTimeframe;

/** All of them, shortest first. */
export const timeframes = ['1m', ...rolledTimeframes] as const satisfies readonly Timeframe[];

/** Length of a timeframe in minutes. */
export const minutesIn: Readonly<Record<Timeframe, number>> = {
  '1m': 1,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '4h': 240,
};

/** Start (epoch ms) of the minute that holds the instant `at`. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE) * MINUTE;
}
