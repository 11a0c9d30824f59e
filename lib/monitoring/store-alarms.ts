/** Alarms on the bar store: does it keep up, does it fail, did Lambda give anything up. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { barStoreMetrics } from '../../runtime/platform/metric-names.ts';
import type { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { type Fed, type Measures, sumOf } from './measures.ts';

/** The function and its table. */
type StoreFed = Fed & { readonly table: Pick<ITable, 'tableName'> };

const again = { periods: 3, of: 5, missing: 'notBreaching' } as const;

export function storeAlarms(set: AlarmSet, measures: Measures, store: StoreFed): void {
  const { table } = store;
  set.alarm('StoreBehind', {
    means: 'The bar store reads bars later than it should: what is asked for is out of date.',
    first: 'see whether StoreFailing or StoreThrottled is raised, and follow that section.',
    severity: 'page',
    metric: measures.function(store, 'IteratorAge', { statistic: Stats.MAXIMUM }),
    threshold: set.thresholds.storeAgeSeconds * 1000,
    ...again,
  });
  set.alarm('StoreFailing', {
    means: 'The bar store fails again and again, or Lambda refuses to run it.',
    first: 'read the error in its log; where there is none, look at the concurrency of the account.',
    severity: 'ticket',
    metric: sumOf(
      ['Errors', 'Throttles'].map(name => measures.function(store, name)),
      'failed and refused invocations',
    ),
    threshold: 1,
    ...again,
  });
  set.alarm('StoreThrottled', {
    means: 'DynamoDB throttles the table of bars.',
    first:
      'see whether an import runs; if none does, compare its writes a second with what the table is warmed for.',
    severity: 'ticket',
    metric: measures.tableThrottles([table]),
    threshold: 1,
    ...again,
  });
  set.alarm('StoreGivenUp', {
    means:
      'Lambda gave batches of the bar store up, filed in the failure bucket or lost: their bars are not kept.',
    first: 'see whether the failure bucket has them; repair the cause, then redrive it.',
    severity: 'page',
    metric: measures.givenUp(store),
    threshold: 1,
    missing: 'notBreaching',
  });
}

/** What the dashboard shows of it beside its alarms. */
export function storeCounts(measures: Measures, store: Fed): Counts[] {
  const own = (name: string) => measures.own(name);
  return [
    {
      title: 'Bars stored, superseded, retried; records passed over',
      metrics: [
        barStoreMetrics.stored,
        barStoreMetrics.superseded,
        barStoreMetrics.throttled,
        barStoreMetrics.skipped,
      ].map(own),
    },
    {
      title: 'Duration, most',
      metrics: [measures.function(store, 'Duration', { statistic: Stats.MAXIMUM })],
    },
  ];
}
