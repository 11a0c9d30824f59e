/** Kinesis in memory: the operations that the SDKs' producers and consumers use, and which streams there are. */
import type { JsonService } from '../json-service.ts';
import { ServiceError } from '../service-error.ts';
import { describeShard, describeStream } from './describe.ts';
import { placeOf } from './iterator.ts';
import { getRecords, listShards, pageOf, shardIterator, tokenOf } from './read.ts';
import { isOperation, type Operation, type Request, requestOf } from './requests.ts';
import { invalidArgument, notFound } from './service-error.ts';
import { MemoryStream, type PutEntry, type Taken } from './stream.ts';

export interface KinesisProps {
  /** Epoch ms. */
  readonly now: () => number;
  /** Bytes of a stream's records that are kept although no reader needs them. */
  readonly kept: number;
  /** Is told of every put, split and merge, before the writer is. */
  readonly onWritten: () => void;
  /** Is told of what was put, before that. */
  readonly onPut: (stream: MemoryStream, entries: readonly PutEntry[], taken: readonly Taken[]) => void;
}

type Answers = { readonly [Name in Operation]: (request: Request<Name>) => object };

export class Kinesis implements JsonService {
  readonly target = 'Kinesis_20131202';
  readonly contentType = 'application/x-amz-json-1.1';
  readonly #props: KinesisProps;
  readonly #streams = new Map<string, MemoryStream>();

  constructor(props: KinesisProps) {
    this.#props = props;
  }

  /** @throws ServiceError when there is none of that name */
  stream(name: string): MemoryStream {
    const stream = this.#streams.get(name);
    if (stream) return stream;
    throw notFound(`Stream ${name} not found.`);
  }

  /** Answers one request. @throws ServiceError when it is refused */
  answer(operation: string, input: unknown): object {
    if (isOperation(operation)) return this.#answer(operation, input);
    throw new ServiceError('UnknownOperationException', `${operation} is not served on this machine`);
  }

  #answer<Name extends Operation>(operation: Name, input: unknown): object {
    return this.#answers[operation](requestOf(operation, input));
  }

  readonly #answers: Answers = {
    CreateStream: ({ StreamName, ShardCount }) => {
      if (this.#streams.has(StreamName))
        throw new ServiceError('ResourceInUseException', `Stream ${StreamName} already exists.`);
      const { now, kept } = this.#props;
      this.#streams.set(StreamName, new MemoryStream(StreamName, ShardCount, now(), kept));
      return {};
    },
    DeleteStream: request => {
      this.#streams.delete(this.#named(request).name);
      return {};
    },
    DescribeStream: request => {
      const stream = this.#named(request);
      const { shards, hasMore } = pageOf(stream.shards, request.ExclusiveStartShardId, request.Limit);
      return {
        StreamDescription: {
          ...describeStream(stream),
          Shards: shards.map(describeShard),
          HasMoreShards: hasMore,
        },
      };
    },
    DescribeStreamSummary: request => {
      const stream = this.#named(request);
      const OpenShardCount = stream.shards.filter(({ isOpen }) => isOpen).length;
      return { StreamDescriptionSummary: { ...describeStream(stream), OpenShardCount, ConsumerCount: 0 } };
    },
    ListStreams: ({ ExclusiveStartStreamName, NextToken, Limit = 100 }) => {
      const after = NextToken ?? ExclusiveStartStreamName ?? '';
      const names = [...this.#streams.keys()].filter(name => name > after).sort();
      const StreamNames = names.slice(0, Limit);
      const HasMoreStreams = names.length > Limit;
      return { StreamNames, HasMoreStreams, ...(HasMoreStreams && { NextToken: StreamNames.at(-1) }) };
    },
    ListShards: request => {
      const [named, after] = tokenOf(request.NextToken);
      return listShards(named === undefined ? this.#named(request) : this.stream(named), request, after);
    },
    GetShardIterator: request => {
      const stream = this.#named(request);
      return { ShardIterator: shardIterator(stream, request, this.#props.now()) };
    },
    GetRecords: ({ ShardIterator, Limit }) => {
      const now = this.#props.now();
      const place = placeOf(ShardIterator, now);
      return getRecords(this.stream(place.stream), place, now, Limit);
    },
    PutRecord: ({ PartitionKey, ExplicitHashKey, Data, ...request }) => {
      const entry = { PartitionKey, Data, ...(ExplicitHashKey && { ExplicitHashKey }) };
      const [taken] = this.#put(this.#named(request), [entry]);
      return { ShardId: taken?.shardId, SequenceNumber: taken?.sequence };
    },
    PutRecords: ({ Records, ...request }) => ({
      FailedRecordCount: 0,
      Records: this.#put(this.#named(request), Records).map(({ shardId, sequence }) => ({
        SequenceNumber: sequence,
        ShardId: shardId,
      })),
    }),
    SplitShard: ({ ShardToSplit, NewStartingHashKey, ...request }) => {
      this.#named(request).split(ShardToSplit, NewStartingHashKey, this.#props.now());
      this.#props.onWritten();
      return {};
    },
    MergeShards: ({ ShardToMerge, AdjacentShardToMerge, ...request }) => {
      this.#named(request).merge(ShardToMerge, AdjacentShardToMerge, this.#props.now());
      this.#props.onWritten();
      return {};
    },
  };

  #named({ StreamName, StreamARN }: { StreamName?: string | undefined; StreamARN?: string | undefined }) {
    const name = StreamName ?? StreamARN?.split(':stream/')[1];
    if (name === undefined) throw invalidArgument('StreamName or StreamARN must be given.');
    return this.stream(name);
  }

  #put(stream: MemoryStream, entries: readonly PutEntry[]): readonly Taken[] {
    const taken = stream.put(entries, this.#props.now());
    this.#props.onPut(stream, entries, taken);
    this.#props.onWritten();
    return taken;
  }
}
