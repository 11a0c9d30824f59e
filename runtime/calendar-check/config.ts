/** The configuration of the look at the vendor's calendar, read from its environment variables. */
import type { Environment } from '../platform/env.ts';
import { type FeedConfig, feedConfigIn } from '../platform/feed-config.ts';
import { calendarEnv } from './names.ts';

export interface CalendarConfig extends FeedConfig {
  readonly restUrl: string;
  readonly apiKeySecret: string;
}

export function calendarConfigIn(env: Environment): CalendarConfig {
  return {
    ...feedConfigIn(env),
    restUrl: env.text(calendarEnv.restUrl, {
      purpose: 'is where the vendor answers',
      fallback: 'https://api.massive.com',
    }),
    apiKeySecret: env.text(calendarEnv.apiKeySecret, { purpose: 'names the secret with the vendor key' }),
  };
}
