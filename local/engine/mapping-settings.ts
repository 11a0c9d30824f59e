/** What an AWS::Lambda::EventSourceMapping declares, in the engine's words. */
import * as v from 'valibot';
import type { Resource } from './assembly.ts';
import type { DeliveryRules } from './delivery.ts';
import { type Wanted, wantedBy } from './event-filter.ts';
import { count, parseProperties } from './properties.ts';

/** Strict, so that a setting that is not kept here is not quietly ignored. */
const schema = v.strictObject({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  BatchSize: v.optional(count, 100),
  MaximumBatchingWindowInSeconds: v.optional(count, 0),
  StartingPosition: v.picklist(['TRIM_HORIZON', 'LATEST']),
  MaximumRetryAttempts: v.optional(count, -1),
  MaximumRecordAgeInSeconds: v.optional(count, -1),
  BisectBatchOnFunctionError: v.optional(v.boolean(), false),
  FunctionResponseTypes: v.optional(v.array(v.literal('ReportBatchItemFailures')), []),
  /** Lambda keeps the order of each key whatever the factor; one worker a shard, as here, keeps it too. */
  ParallelizationFactor: v.optional(v.pipe(count, v.minValue(1), v.maxValue(10)), 1),
  FilterCriteria: v.optional(v.object({ Filters: v.array(v.object({ Pattern: v.string() })) })),
  DestinationConfig: v.optional(v.object({ OnFailure: v.optional(v.object({ Destination: v.string() })) })),
  MetricsConfig: v.optional(v.object({ Metrics: v.array(v.literal('EventCount')) }), { Metrics: [] }),
  Enabled: v.optional(v.boolean(), true),
  Tags: v.optional(v.unknown()),
});

/** Settings of one mapping. */
export interface MappingSettings {
  readonly enabled: boolean;
  readonly streamArn: string;
  /** Name or ARN of the function. */
  readonly functionName: string;
  /** ARN of the bucket for what is given up. */
  readonly destination: string | undefined;
  readonly from: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly windowMs: number;
  readonly rules: DeliveryRules;
  /** Whether a record is delivered, or passed over. */
  readonly wants: Wanted;
  /** Whether Lambda counts the mapping's events as metrics. */
  readonly countsEvents: boolean;
}

/**
 * The settings that `properties` declare.
 * @throws Error that names a property which is not kept on this machine
 */
export function mappingSettings(resource: Resource, properties: unknown): MappingSettings {
  const declared = parseProperties(resource, schema, properties);
  const maxAge = declared.MaximumRecordAgeInSeconds;
  return {
    enabled: declared.Enabled,
    streamArn: declared.EventSourceArn,
    functionName: declared.FunctionName,
    destination: declared.DestinationConfig?.OnFailure?.Destination,
    from: declared.StartingPosition,
    batchSize: declared.BatchSize,
    windowMs: declared.MaximumBatchingWindowInSeconds * 1000,
    wants: wantedBy(resource, declared.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? []),
    countsEvents: declared.MetricsConfig.Metrics.includes('EventCount'),
    rules: {
      retries: declared.MaximumRetryAttempts,
      bisect: declared.BisectBatchOnFunctionError,
      maxAgeMs: maxAge < 0 ? undefined : maxAge * 1000,
      reports: declared.FunctionResponseTypes.length > 0,
    },
  };
}
