/** The configuration of the latest bars, read from its environment variables. */
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { amount } from '../platform/setting.ts';
import { latestEnv } from './names.ts';

export interface LatestConfig extends FeedSettings {
  /** Has the bars with which a list begins that is not there; undefined where the feed keeps none. */
  readonly barsTable: string | undefined;
  /** Holds the address of the server, and a password with it. */
  readonly redisUrlSecret: string;
  /** Holds the token of a server that is spoken to over HTTP. */
  readonly redisTokenSecret: string | undefined;
  /** How long (s) the bars of a day stand after the last of them was written. */
  readonly dayTtl: number;
}

const dayTtl = amount({
  variable: latestEnv.dayTtl,
  purpose: 'is how long the 5m bars of a day stand in Redis after the last of them was written',
  ...{ min: 60, max: 31_536_000, whole: true, unit: 'seconds', fallback: 172_800 },
});

export function latestConfigIn(env: Environment): LatestConfig {
  return {
    ...feedSettings(env, []),
    barsTable:
      env.text(latestEnv.barsTable, {
        purpose: 'names the DynamoDB table of bars, with which a list begins that is not there',
        fallback: '',
        otherwise: 'none',
      }) || undefined,
    redisUrlSecret: env.text(latestEnv.redisUrlSecret, {
      purpose: 'names the secret with the address of the Redis server',
    }),
    redisTokenSecret:
      env.text(latestEnv.redisTokenSecret, {
        purpose: 'names the secret with the token that goes with an https address',
        fallback: '',
        otherwise: 'none',
      }) || undefined,
    dayTtl: env.setting(dayTtl),
  };
}
