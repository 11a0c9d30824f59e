/** Subscribes a function to a stream of bars or minutes. */
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Timeframe } from '../../runtime/markets/timeframe.ts';
import { checkFilter } from '../filter.ts';
import { StreamConsumer, type StreamConsumerProps } from './stream-consumer.ts';

export interface BarsConsumerProps extends StreamConsumerProps {
  /** The function is called for bars of these alone. @default for every record */
  readonly timeframes?: readonly Timeframe[];
}

export class BarsConsumer extends StreamConsumer {
  constructor(scope: Construct, id: string, { timeframes, ...props }: BarsConsumerProps) {
    if (timeframes) checkFilter({ timeframes });
    super(scope, id, props, timeframes && [barsOf(timeframes)]);
  }
}

/** What is no JSON, or another record, Lambda then passes over itself. */
function barsOf(timeframes: readonly Timeframe[]) {
  const data = { type: FilterRule.isEqual('bar'), timeframe: FilterRule.or(...timeframes) };
  return FilterCriteria.filter({ data });
}
