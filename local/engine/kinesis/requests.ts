/** What requests to Kinesis may look like; anything else is answered by a ValidationException. */
import * as v from 'valibot';
import { ServiceError } from '../service-error.ts';

const name = v.pipe(v.string(), v.regex(/^[\w.-]{1,128}$/));
const hashKey = v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,38})$/));
const limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)));
/** The name, or the ARN that ends with it. */
const stream = {
  StreamName: v.optional(name),
  StreamARN: v.optional(v.pipe(v.string(), v.regex(/:stream\/[\w.-]{1,128}$/))),
};
/** 10 MiB in base64. */
const LONGEST_DATA = Math.ceil((10 * 2 ** 20) / 3) * 4;
const record = {
  PartitionKey: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  ExplicitHashKey: v.nullish(hashKey),
  Data: v.pipe(v.string(), v.maxLength(LONGEST_DATA)),
};
const page = { ExclusiveStartShardId: v.optional(name), Limit: limit };

export const requests = {
  CreateStream: v.object({
    StreamName: name,
    ShardCount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 4),
  }),
  DeleteStream: v.object(stream),
  DescribeStream: v.object({ ...stream, ...page }),
  DescribeStreamSummary: v.object(stream),
  ListStreams: v.object({
    ExclusiveStartStreamName: v.optional(name),
    NextToken: v.optional(name),
    Limit: limit,
  }),
  ListShards: v.object({
    ...stream,
    ExclusiveStartShardId: v.optional(name),
    NextToken: v.optional(v.string()),
    MaxResults: limit,
    ShardFilter: v.optional(v.object({ Type: v.string(), ShardId: v.optional(name) })),
  }),
  GetShardIterator: v.object({
    ...stream,
    ShardId: name,
    ShardIteratorType: v.picklist([
      'AT_SEQUENCE_NUMBER',
      'AFTER_SEQUENCE_NUMBER',
      'TRIM_HORIZON',
      'LATEST',
      'AT_TIMESTAMP',
    ]),
    StartingSequenceNumber: v.optional(v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,128})$/))),
    /** Epoch seconds. */
    Timestamp: v.optional(v.number()),
  }),
  GetRecords: v.object({ ShardIterator: v.pipe(v.string(), v.minLength(1), v.maxLength(512)), Limit: limit }),
  PutRecord: v.object({ ...stream, ...record }),
  PutRecords: v.object({
    ...stream,
    Records: v.pipe(v.array(v.object(record)), v.minLength(1), v.maxLength(500)),
  }),
  SplitShard: v.object({ ...stream, ShardToSplit: name, NewStartingHashKey: hashKey }),
  MergeShards: v.object({ ...stream, ShardToMerge: name, AdjacentShardToMerge: name }),
};

export type Operation = keyof typeof requests;
export type Request<Name extends Operation> = v.InferOutput<(typeof requests)[Name]>;

export function isOperation(text: string): text is Operation {
  return Object.hasOwn(requests, text);
}

/** @throws ServiceError when the input is not what the operation takes */
export function requestOf<Name extends Operation>(operation: Name, input: unknown): Request<Name> {
  const parsed = v.safeParse(requests[operation], input);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new ServiceError('ValidationException', `'${v.getDotPath(issue) ?? operation}': ${issue.message}`);
}
