/** What a sink of a feed may be told: where what the feed passes on goes, and what of it. */
import type { Duration, Size } from 'aws-cdk-lib/core';

/** What every sink may be told. */
export interface TakingSettings {
  /**
   * What it takes of what the feed passes on: kinds of events and symbols, in which `*` stands for any characters, such as `['T:ES*', 'Q:ES*']`.
   * @default everything
   */
  readonly include?: readonly string[];

  /**
   * Of the quotes of each symbol it takes one in so many, 1 to 10,000,000.
   * @default 1: all
   */
  readonly sampleQuotes?: number;

  /**
   * Conditions of trades, as the vendor numbers them, that it leaves out.
   * @default none
   */
  readonly withoutConditions?: readonly number[];
}

/** Lines in the log of the ingester, in CloudWatch. */
export interface StdoutSink extends TakingSettings {
  readonly kind: 'stdout';
}

/** ZeroMQ's subscribers: it connects to them, for nothing may connect to it. */
export interface ZmqSink extends TakingSettings {
  readonly kind: 'zmq';

  /** Where a subscriber binds, such as `'tcp://10.0.0.5:5556'`: the port is opened towards it. */
  readonly endpoint: string;
}

/** NDJSON objects in a bucket. */
export interface S3Sink extends TakingSettings {
  readonly kind: 's3';

  /**
   * A bucket that is there already, in the region of the environment.
   * @default one of the feed, encrypted and private
   */
  readonly bucket?: string;

  /**
   * What the keys of all objects begin with, such as `'raw/stocks'`.
   * @default nothing
   */
  readonly prefix?: string;

  /**
   * How much time an object covers, 1 minute to 1 hour, in whole minutes that an hour is divided by.
   * @default 15 minutes
   */
  readonly window?: Duration;

  /**
   * How large an object gets before another is begun, 16 MiB to 40 GiB, in whole MiB, and at least a part.
   * @default 1 GiB
   */
  readonly maxObject?: Size;

  /**
   * How much is uploaded at a time, 16 to 256 MiB, in whole MiB; until then it waits on the task's disk.
   * @default 16 MiB
   */
  readonly part?: Size;

  /**
   * Whether `uploading.marker` stands beside an object for as long as it is not whole.
   * @default false
   */
  readonly marker?: boolean;

  /**
   * How long objects are kept, 1 day to 10 years, in whole days. Not where `bucket` is said: that one has rules of its own.
   * @default for as long as the bucket stands
   */
  readonly keepFor?: Duration;
}

/** The latest of every symbol, and streams of all, in Redis, Valkey or Upstash. */
export interface RedisSink extends TakingSettings {
  readonly kind: 'redis';

  /** Name of the secret whose whole value is the server's address: `redis://…`, with TLS `rediss://…`, or `https://…` of Upstash. */
  readonly urlSecret: string;

  /**
   * Name of the secret with the token that goes with an `https://` address.
   * @default none
   */
  readonly tokenSecret?: string;

  /**
   * The port of a `redis://` or `rediss://` address, which is opened towards it.
   * @default 6379
   */
  readonly port?: number;
}

/** A third Kinesis stream of the feed. */
export interface EventsSink extends TakingSettings {
  readonly kind: 'events';

  /**
   * Shards of the stream, 1, 2, 4, 8, 16, 32 or 64. One carries about 10,000 messages a second.
   * @default 1
   */
  readonly shards?: number;
}

/** Of a `redis://` address that names none. */
export const DEFAULT_PORT = 6379;

export type SinkSettings = StdoutSink | ZmqSink | S3Sink | RedisSink | EventsSink;
export type SinkKind = SinkSettings['kind'];

/** The sink of a kind, where the feed has one. */
export function sinkOf<Kind extends SinkKind>(
  { sinks }: { readonly sinks: readonly SinkSettings[] },
  kind: Kind,
): Extract<SinkSettings, { kind: Kind }> | undefined {
  return sinks.find((sink): sink is Extract<SinkSettings, { kind: Kind }> => sink.kind === kind);
}
