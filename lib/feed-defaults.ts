/** What holds of a feed where its settings say nothing. */
import { Duration, Size } from 'aws-cdk-lib';
import { feedSettings } from '../runtime/platform/feed-settings.ts';
import type { Feed } from './environment.ts';

/** A feed of which everything is known but where its list is kept, if it is kept elsewhere. */
export type FeedWithDefaults = Required<Omit<Feed, 'symbolSource'>> & Pick<Feed, 'symbolSource'>;

/** The feed with every default filled in, also where a setting is there and says `undefined`. */
export function withFeedDefaults({
  symbols,
  symbolLimit = feedSettings.symbolLimit.fallback,
  host = 'socket.massive.com',
  delay = Duration.seconds(feedSettings.delay.fallback),
  shards = 1,
  alignment = feedSettings.alignment.fallback,
  watermarkGrace = Duration.seconds(feedSettings.watermarkGrace.fallback),
  task = { cpu: 256, memory: Size.mebibytes(512) },
  provisionalBars = feedSettings.provisionalBars.fallback,
  backfillOnStart = feedSettings.backfillOnStart.fallback,
  restRequestsPerSecond = feedSettings.restRequestsPerSecond.fallback,
  warmStandby = false,
  specialDays = {},
  reconcile = symbols === '*' ? [] : symbols.slice(0, 5),
  ...feed
}: Feed): FeedWithDefaults {
  return {
    ...feed,
    symbols,
    symbolLimit,
    host,
    delay,
    shards,
    alignment,
    watermarkGrace,
    task,
    provisionalBars,
    backfillOnStart,
    restRequestsPerSecond,
    warmStandby,
    specialDays,
    reconcile,
  };
}
