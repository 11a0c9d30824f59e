/** The variables by which a unit is told of its environment and of its feed. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { feedSettings } from '../../runtime/platform/feed-settings.ts';
import { environmentVariable } from '../../runtime/platform/metric-names.ts';
import { logLevelVariable, specialDaysVariable } from '../../runtime/platform/names.ts';
import type { Environment } from './environment.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { stageOf } from './stage.ts';

/** A setting that units are told by a variable. */
export type ToldSetting = keyof typeof feedSettings;

/**
 * What every unit is told, and the settings of the feed that this one asks for.
 * @param scope where the unit stands
 */
export function unitVariables(
  scope: Construct,
  environment: Environment,
  feed: FeedWithDefaults,
  settings: readonly ToldSetting[],
): Record<string, string> {
  const { logLevel } = environment;
  const { specialDays } = feed;
  return {
    [environmentVariable]: stageOf(scope).node.id,
    ...(logLevel && { [logLevelVariable]: logLevel }),
    ...(Object.keys(specialDays).length > 0 && { [specialDaysVariable]: JSON.stringify(specialDays) }),
    ...Object.fromEntries(settings.map(name => [feedSettings[name].variable, text(feed[name])])),
  };
}

function text(value: string | number | boolean | Duration): string {
  return value instanceof Duration ? value.toSeconds().toString() : value.toString();
}
