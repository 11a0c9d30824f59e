/** What holds of a feed where its settings say nothing. */
import { Duration, Size } from 'aws-cdk-lib';
import { feedSettings } from '../../runtime/platform/feed-settings.ts';
import { symbolOf } from '../../runtime/vendor/ticker-names.ts';
import type { Feed } from './environment.ts';

/** A feed of which everything is known but where its list is kept, if it is kept elsewhere. */
export type FeedWithDefaults = Required<Omit<Feed, 'symbolSource'>> & Pick<Feed, 'symbolSource'>;

/** The feed with every default filled in, also where a setting is there and says `undefined`, and with tickers as the feed spells them. */
export function withFeedDefaults({
  market,
  symbols: tickers,
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
  reconcile = tickers === '*' ? [] : tickers.slice(0, 5),
  ...feed
}: Feed): FeedWithDefaults {
  const spelt = (ticker: string) => symbolOf(market, ticker);
  return {
    ...feed,
    market,
    symbols: tickers === '*' ? '*' : tickers.map(spelt),
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
    reconcile: Array.isArray(reconcile) ? reconcile.map(spelt) : reconcile,
  };
}
