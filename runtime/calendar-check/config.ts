/** The configuration of the look at the vendor's calendar, read from its environment variables. */
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { REST_URL } from '../vendor/address-names.ts';
import { calendarEnv } from './names.ts';

export interface CalendarConfig extends FeedSettings {
  readonly restUrl: string;
  readonly apiKeySecret: string;
}

export function calendarConfigIn(env: Environment): CalendarConfig {
  return {
    ...feedSettings(env, []),
    restUrl: env.text(calendarEnv.restUrl, {
      purpose: 'is where the vendor answers',
      fallback: REST_URL,
    }),
    apiKeySecret: env.text(calendarEnv.apiKeySecret, { purpose: 'names the secret with the vendor key' }),
  };
}
