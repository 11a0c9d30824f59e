/** What every unit is told of its feed, read from the variables that all of them share. */

import { type ConfirmedDays, confirmedDaysOf } from '../markets/holidays.ts';
import type { Market } from '../markets/names.ts';
import type { Environment } from './env.ts';
import { feedSettings } from './feed-settings.ts';
import { environmentVariable } from './metric-names.ts';
import { specialDaysVariable } from './names.ts';

export interface FeedConfig {
  /** Name of the environment, by which metrics are told apart. */
  readonly environment: string;
  readonly market: Market;
  /** Days that the calendar's rules do not know. */
  readonly confirmedDays: ConfirmedDays;
}

export function feedConfigIn(env: Environment): FeedConfig {
  return {
    environment: env.text(environmentVariable, {
      purpose: 'names the environment, by which metrics are told apart',
      fallback: 'local',
    }),
    market: env.setting(feedSettings.market),
    confirmedDays: env.parsed<ConfirmedDays>(specialDaysVariable, {
      purpose: 'names days that the calendar does not know',
      takes: '`{"2027-03-05":"closed"}`: `closed`, `as usual` or the time of an early close by date',
      fallback: {},
      otherwise: 'none',
      read: confirmedDaysOf,
    }),
  };
}
