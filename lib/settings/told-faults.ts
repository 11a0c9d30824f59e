/** What makes those settings of a feed unusable that units are told by variables. */
import { Duration } from 'aws-cdk-lib';
import { type Amount, type Choice, type Flag, feedSettings } from '../../runtime/platform/feed-settings.ts';
import { anyOf, durationFaults, fault } from './fault.ts';
import type { ToldSetting } from './unit-variables.ts';

/** @param path where the feed stands in the environment, such as `feeds[0]` */
export function* toldFaults(path: string, told: Readonly<Record<ToldSetting, unknown>>): Generator<string> {
  const values: Readonly<Record<string, unknown>> = told;
  for (const [name, setting] of Object.entries(feedSettings))
    yield* faultsOf(`${path}.${name}`, values[name], setting);
}

function* faultsOf(path: string, got: unknown, setting: Choice<string> | Amount | Flag): Generator<string> {
  if ('allowed' in setting) {
    if (!setting.allowed.some(each => each === got)) yield fault(path, got, anyOf(setting.allowed));
  } else if ('min' in setting) yield* amountFaults(path, got, setting);
  else if (typeof got !== 'boolean') yield fault(path, got, 'true or false');
}

function* amountFaults(path: string, got: unknown, { min, max, whole, unit }: Amount): Generator<string> {
  if (unit) {
    const second = Duration.seconds(1);
    return yield* durationFaults(path, got, {
      min: Duration.seconds(min),
      max: Duration.seconds(max),
      unit: second,
    });
  }
  const isNumber = typeof got === 'number' && got >= min && got <= max && (!whole || Number.isInteger(got));
  if (!isNumber) yield fault(path, got, `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
}
