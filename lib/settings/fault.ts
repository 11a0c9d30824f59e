/** How a setting that cannot be used is put into words: what it is, what was got, what to use instead. */
import { Duration } from 'aws-cdk-lib/core';
import { fault as faultOf } from '../../runtime/platform/setting.ts';

/** `feeds[0].shards is 3: use 1, 2 or 4`. */
export function fault(setting: string, got: unknown, use: string): string {
  return got instanceof Duration
    ? `${setting} is ${showDuration(got)}: use ${use}`
    : faultOf(setting, got, use);
}

/** Any of these values, as a fault has it. */
export function anyOf(values: readonly (string | number)[]): string {
  return `one of ${values.join(', ')}`;
}

/** Whether it is text of this form. What only prints like it, such as a number, is not. */
export function isText(got: unknown, form: RegExp): got is string {
  return typeof got === 'string' && form.test(got);
}

/** Whether it is an object whose properties can be looked at. */
export function isObject(got: unknown): got is Readonly<Record<string, unknown>> {
  return typeof got === 'object' && got !== null && !Array.isArray(got);
}

/** The faults of settings that nobody reads: misspelt, or in the wrong place. */
export function* unknownFaults(owner: string, got: object, known: readonly string[]): Generator<string> {
  for (const name of Object.keys(got))
    if (!known.includes(name)) yield fault(`a setting of ${owner}`, name, anyOf(known));
}

/** The faults of a list that says something twice, each once. */
export function* repeatFaults(setting: string, list: readonly unknown[]): Generator<string> {
  const seen = new Set<unknown>();
  const repeated = list.filter(item => seen.size === seen.add(item).size);
  for (const item of new Set(repeated)) yield fault(setting, item, 'each of them once');
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
  return [
    fault(setting, got, `a Duration of ${showDuration(min)} to ${showDuration(max)}, in whole ${step}s`),
  ];
}

/** Exact: the words of `toHumanString` leave the smallest parts out. */
function showDuration(duration: Duration): string {
  const words = duration.toHumanString();
  return words.split(' ').length > 2 ? `${duration.toSeconds({ integral: false })} seconds` : words;
}
