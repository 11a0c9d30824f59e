/** What a feed's own metrics say of it, as CloudWatch tells them: finished bars, and data that was refused. */
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { MINUTE, minuteOf } from '../../markets/timeframe.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  ingesterCounts,
  metricDimensions,
  metricNamespace,
  rollupMetrics,
} from '../../platform/metric-names.ts';
import type { FeedConfig } from '../feed/feed-config.ts';
import { KeptValues } from '../feed/kept.ts';

/** Absent where CloudWatch does not tell. */
export interface Figures {
  /** Finished bars a minute, over the last five minutes of the clock. */
  readonly barsPerMinute?: number;
  /** Pieces of data that were refused since the exchange's day began. */
  readonly quarantinedToday?: number;
}

export interface FeedMetrics {
  /** @param now epoch ms of event time. @param dayStart of the exchange's day, epoch ms */
  figures(feed: Pick<FeedConfig, 'environment' | 'feed'>, now: number, dayStart: number): Promise<Figures>;
}

/** Windows end every five minutes: each such period has bars of all that ended. */
const PERIOD = 5 * MINUTE;
/** Metrics have a value a minute; asked for in the same one they are the same. ms of wall time. */
const KEPT = MINUTE;
const FEEDS = 100;

export class CloudWatchMetrics implements FeedMetrics {
  readonly #client: CloudWatchClient;
  readonly #kept: KeptValues<Figures>;
  readonly #logger: Pick<Logger, 'warn'>;
  #hasWarned = false;

  constructor(client: CloudWatchClient, wallClock: () => number, logger: Pick<Logger, 'warn'>) {
    this.#client = client;
    this.#logger = logger;
    this.#kept = new KeptValues(KEPT, FEEDS, wallClock);
  }

  figures(feed: Pick<FeedConfig, 'environment' | 'feed'>, now: number, dayStart: number): Promise<Figures> {
    const minute = minuteOf(now);
    return this.#kept.get(`${feed.feed}@${minute}`, () =>
      this.#read(feed, minute, dayStart).catch(error => this.#nobodyTells(error)),
    );
  }

  #nobodyTells(error: unknown): Figures {
    if (!this.#hasWarned) this.#logger.warn('CloudWatch tells no metrics: status leaves them out', { error });
    this.#hasWarned = true;
    return {};
  }

  async #read(
    { environment, feed }: Pick<FeedConfig, 'environment' | 'feed'>,
    minute: number,
    dayStart: number,
  ): Promise<Figures> {
    const Dimensions = [
      { Name: metricDimensions.environment, Value: environment },
      { Name: metricDimensions.feed, Value: feed },
    ];
    const query = (Id: string, MetricName: string): MetricDataQuery => ({
      Id,
      MetricStat: {
        Metric: { Namespace: metricNamespace, MetricName, Dimensions },
        ...{ Period: PERIOD / 1_000, Stat: 'Sum' },
      },
    });
    const last = minute - (minute % PERIOD) - PERIOD;
    const { MetricDataResults = [] } = await this.#client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [query('bars', rollupMetrics.bars), query('refused', ingesterCounts.quarantined)],
        // The day may have begun a moment ago, and its first period with it.
        StartTime: new Date(Math.min(dayStart, last)),
        EndTime: new Date(minute + MINUTE),
      }),
    );
    const sumOf = (id: string, counts: (at: number) => boolean) => {
      const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
      return Values.filter((_, n) => counts(Timestamps[n]?.getTime() ?? 0)).reduce((a, b) => a + b, 0);
    };
    return {
      barsPerMinute: Math.round(sumOf('bars', at => at === last) / (PERIOD / MINUTE)),
      quarantinedToday: sumOf('refused', at => at >= dayStart),
    };
  }
}
