/** The latest bars: a function that keeps the 5m bars of every symbol's trading day in Redis. */
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { keptTimeframe, latestEnv } from '../../runtime/latest/names.ts';
import type { Environment } from '../settings/environment.ts';
import type { RedisSink } from '../settings/sink-settings.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { BarsFunction } from './bars-function.ts';

export interface LatestProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  /** Says which server: that of the feed's sink. */
  readonly redis: Pick<RedisSink, 'urlSecret' | 'tokenSecret'>;
}

export class Latest extends BarsFunction {
  constructor(scope: Construct, id: string, { environment, storage, redis }: LatestProps) {
    const { urlSecret, tokenSecret } = redis;
    super(scope, id, {
      ...{ environment, storage, unit: 'latest', settings: [] },
      description: `Keeps the latest 5m bars of ${storage.feed.name} in Redis`,
      variables: {
        [latestEnv.redisUrlSecret]: urlSecret,
        ...(tokenSecret !== undefined && { [latestEnv.redisTokenSecret]: tokenSecret }),
      },
      timeframes: [keptTimeframe],
    });
    Secret.fromSecretNameV2(this, 'RedisUrl', urlSecret).grantRead(this.role);
    if (tokenSecret !== undefined)
      Secret.fromSecretNameV2(this, 'RedisToken', tokenSecret).grantRead(this.role);
  }
}
