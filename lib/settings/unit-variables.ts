/** The variables by which a unit is told of its environment and of its feed. */
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { environmentVariable } from '../../runtime/platform/metric-names.ts';
import type { Setting } from '../../runtime/platform/setting.ts';
import { logLevel, type SettingName, toldSettings } from '../../runtime/platform/settings.ts';
import type { Environment } from './environment.ts';
import type { FeedWithDefaults } from './feed-defaults.ts';
import { stageOf } from './stage.ts';

const settings: Readonly<Record<SettingName, Setting<unknown>>> = toldSettings;

/**
 * What every unit is told, and the settings of the feed that this one asks for. A name that is the market's, special days
 * where there are none and compression that is off are not told: units take that for granted.
 * @param scope where the unit stands
 */
export function unitVariables(
  scope: Construct,
  environment: Environment,
  feed: FeedWithDefaults,
  more: readonly SettingName[],
): Record<string, string> {
  const names: readonly SettingName[] = [
    ...(feed.name === feed.market ? [] : (['name'] as const)),
    ...(Object.keys(feed.specialDays).length === 0 ? [] : (['specialDays'] as const)),
    'market',
    ...more.filter(name => name !== 'compression' || feed.compression),
  ];
  return {
    [environmentVariable]: stageOf(scope).node.id,
    ...(environment.logLevel && { [logLevel.variable]: environment.logLevel }),
    ...Object.fromEntries(names.map(name => [settings[name].variable, told(settings[name], feed[name])])),
  };
}

function told(setting: Setting<unknown>, value: unknown): string {
  return setting.write(value instanceof Duration ? value.toSeconds() : value);
}
