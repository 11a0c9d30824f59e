/** What an AWS::Lambda::EventSourceMapping declares, in the engine's words. */
import * as v from 'valibot';
import type { Resource } from './assembly.ts';
import type { DeliveryRules } from './delivery.ts';
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
  ParallelizationFactor: v.optional(v.pipe(count, v.value(1)), 1),
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
    countsEvents: declared.MetricsConfig.Metrics.includes('EventCount'),
    rules: {
      retries: declared.MaximumRetryAttempts,
      bisect: declared.BisectBatchOnFunctionError,
      maxAgeMs: maxAge < 0 ? undefined : maxAge * 1000,
      reports: declared.FunctionResponseTypes.length > 0,
    },
  };
}
