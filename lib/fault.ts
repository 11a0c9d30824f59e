/** How a setting that cannot be used is put into words: what it is, what was got, what to use instead. */
import { Duration } from 'aws-cdk-lib';

/** `feeds[0].shards is 3: use 1, 2 or 4`. */
export function fault(setting: string, got: unknown, use: string): string {
  return `${setting} is ${show(got)}: use ${use}`;
}

/** The fault of a duration that is none, not a whole number of `unit`s, or outside `min` to `max`; empty when there is none. */
export function durationFaults(
  setting: string,
  got: unknown,
  { min, max, unit }: { min: Duration; max: Duration; unit: Duration },
): string[] {
  const millis = got instanceof Duration ? got.toMilliseconds({ integral: false }) : Number.NaN;
  const whole = Number.isInteger(millis / unit.toMilliseconds());
  if (whole && millis >= min.toMilliseconds() && millis <= max.toMilliseconds()) return [];
  const step = unit.toHumanString().replace(/^1 /, '');
  return [fault(setting, got, `a Duration of ${show(min)} to ${show(max)}, in whole ${step}s`)];
}

function show(got: unknown): string {
  if (got === undefined) return 'missing';
  if (got instanceof Duration) return showDuration(got);
  return typeof got === 'string' ? `'${got}'` : JSON.stringify(got);
}

/** Exact: the words of `toHumanString` leave the smallest parts out. */
function showDuration(duration: Duration): string {
  const words = duration.toHumanString();
  return words.split(' ').length > 2 ? `${duration.toSeconds({ integral: false })} seconds` : words;
}
