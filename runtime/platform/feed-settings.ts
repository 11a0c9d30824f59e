/** What a unit is told of its feed: the head of every unit's configuration. */
import type { ConfirmedDays } from '../markets/holidays.ts';
import type { Market } from '../markets/names.ts';
import type { Environment } from './env.ts';
import { environmentVariable } from './metric-names.ts';
import type { Setting } from './setting.ts';
import { type SettingName, type SettingValues, toldSettings } from './settings.ts';

/** What every unit is told. */
export interface FeedSettings {
  /** Name of the environment, by which metrics are told apart. */
  readonly environment: string;
  /** Name of the feed: dimension of its metrics, key of what is kept of it. */
  readonly feed: string;
  readonly market: Market;
  /** Days that the calendar's rules do not know. */
  readonly confirmedDays: ConfirmedDays;
}

const all: Readonly<Record<SettingName, Setting<unknown>>> = toldSettings;

/** @param more what this unit is told besides, of the table of settings */
export function feedSettings<Name extends SettingName>(
  env: Environment,
  more: readonly Name[],
): FeedSettings & Pick<SettingValues, Name> {
  const environment = env.text(environmentVariable, {
    purpose: 'names the environment, by which metrics are told apart',
    fallback: 'local',
  });
  const market = env.setting(toldSettings.market);
  const feed = env.setting(toldSettings.name) || market;
  const { specialDays } = toldSettings;
  const confirmedDays = env.setting(specialDays);
  env.problems.push(...specialDays.faults(specialDays.variable, confirmedDays, market));
  const values: Pick<SettingValues, Name> = Object.fromEntries(
    more.map((name): unknown[] => [name, env.setting(all[name])]),
  );
  return { environment, feed, market, confirmedDays, ...values };
}
