/** How the pipeline on this machine is, from the alarms that are evaluated beside it. */

import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { metricDimensions, metricNamespace } from '../../runtime/platform/metric-names.ts';
import { release } from '../../runtime/platform/release-names.ts';
import type { AlarmWatch } from '../alarms/alarm-watch.ts';
import { parseStatistic } from '../alarms/statistic.ts';
import type { NamedFeed } from './asked-feed.ts';
import { type Health, severityOf } from './health.ts';
import { gaugesOf, READING_LIFE } from './readings.ts';

export interface LocalHealthProps {
  readonly watch: AlarmWatch;
  /** Name of the stage, the environment of its metrics. */
  readonly environment: string;
  readonly feeds: readonly NamedFeed[];
  /** Epoch ms of event time. */
  readonly now: number;
}

export function localHealth({ watch, environment, feeds, now }: LocalHealthProps): Health {
  const { board, store, heldUntil } = watch;
  const latest = (feed: string, name: string, statistic: string): number | undefined => {
    const dimensions = { [metricDimensions.environment]: environment, [metricDimensions.feed]: feed };
    const metric = { namespace: metricNamespace, name, dimensions };
    for (let end = minuteOf(now) + MINUTE; end > now - READING_LIFE; end -= MINUTE) {
      const value = store.statistic(metric, parseStatistic(statistic), end - MINUTE, end);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return {
    environment,
    at: new Date(now).toISOString(),
    alarms: board.alarms.map(({ name, description, actions }) => {
      const since = board.since(name);
      return {
        name,
        state: board.stateOf(name),
        severity: severityOf(actions, board.stateOf(name) === 'ALARM' && !board.acts(name)),
        ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
        description,
      };
    }),
    ...(heldUntil !== undefined && { judgedFrom: new Date(heldUntil).toISOString() }),
    readings: gaugesOf(feeds).map(({ what, feed, metric, unit, statistic = 'Maximum' }) => {
      const value = latest(feed, metric, statistic);
      return { what, unit, ...(value === undefined ? {} : { value }) };
    }),
    versions: { release, node: process.version, events: new Date(now).toISOString() },
  };
}
