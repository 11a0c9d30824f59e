/** Reads the values of options; what is not allowed is refused with what is. */

import { instantOf } from '../../runtime/markets/dates.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { EARLIEST_MINUTE, LATEST_MINUTE } from '../../runtime/records/check.ts';

/** A command line that cannot be followed; the message says what was got and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function instant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = instantOf(text);
  if (at === undefined)
    throw new UsageError(
      `--${name} '${text}' is not an instant: use ISO 8601 with a zone, such as 2013-10-08T13:30:00Z`,
    );
  if (at < EARLIEST_MINUTE || at > LATEST_MINUTE)
    throw new UsageError(`--${name} '${text}' is outside the years 1970 to 2099`);
  if (at % MINUTE !== 0) throw new UsageError(`--${name} '${text}' is not on a full minute`);
  return at;
}

export function oneOf<T extends string>(
  name: string,
  text: string | undefined,
  allowed: readonly T[],
  fallback: T,
): T {
  if (text === undefined) return fallback;
  const found = allowed.find(each => each === text);
  if (found === undefined)
    throw new UsageError(`--${name} '${text}' is unknown: use one of ${allowed.join(', ')}`);
  return found;
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

export function numberOf(name: string, text: string | undefined, { fallback, min, max }: Range): number {
  if (text === undefined) return fallback;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} '${text}' is not allowed: use a number from ${min} to ${max}`);
  return value;
}

export function wholeOf(name: string, text: string | undefined, range: Range): number {
  const value = numberOf(name, text, range);
  if (!Number.isInteger(value))
    throw new UsageError(
      `--${name} '${text}' is not allowed: use a whole number from ${range.min} to ${range.max}`,
    );
  return value;
}
