/** Kinesis streams of the stage, created in the local server. */
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { count, parseProperties, physicalName } from './properties.ts';
import type { LocalServer } from './server.ts';
import type { PutRecord } from './server-messages.ts';
import type { Standing } from './standing.ts';

const schema = v.object({
  Name: v.optional(v.string()),
  ShardCount: v.optional(v.pipe(count, v.minValue(1))),
});

const consumerSchema = v.object({ ConsumerName: v.string(), StreamARN: v.string() });

/** How long a stream may take to become active, which takes the local server a few milliseconds. */
const ACTIVE_WITHIN_TRIES = 2_000;

/** One stream. */
export interface LocalStream extends Named, Created {
  readonly arn: string;
  /** How many shards the template declares; on demand streams start with 4, as in AWS. */
  readonly shards: number;
}

/** Whom a stream pushes its records to, instead of being asked for them. */
export interface LocalConsumer extends Created {
  readonly arn: string;
  readonly streamArn: string;
}

/** The consumer that `resource` declares. */
export function createConsumer(resource: Resource, properties: unknown): LocalConsumer {
  const { ConsumerName, StreamARN: streamArn } = parseProperties(resource, consumerSchema, properties);
  const arn = `${streamArn}/consumer/${ConsumerName}:1`;
  const attribute = (attribute: string) => (attribute === 'ConsumerARN' ? arn : undefined);
  return { arn, streamArn, ref: arn, attribute };
}

/** Creates the stream that `resource` declares, unless it stands, and resolves once it takes records. @throws Error when one that stands has other shards */
export async function createStream(
  client: KinesisClient,
  resource: Resource,
  properties: unknown,
  standing: Standing | undefined,
): Promise<LocalStream> {
  const { Name, ShardCount = 4 } = parseProperties(resource, schema, properties);
  const name = physicalName(resource, Name);
  const isNew = !standing?.names.has(name);
  if (isNew) await client.send(new CreateStreamCommand({ StreamName: name, ShardCount }));
  for (let tries = 0; ; tries++) {
    const { StreamDescriptionSummary: stream } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    if (!isNew && stream?.OpenShardCount !== ShardCount)
      throw new Error(
        `${resource.path}: stream ${name} has ${stream?.OpenShardCount} shards and is declared with ${ShardCount}: split or merge them before it is deployed here`,
      );
    if (stream?.StreamStatus === 'ACTIVE') break;
    if (tries === ACTIVE_WITHIN_TRIES)
      throw new Error(`${resource.path}: stream ${name} does not become active`);
  }
  const arn = arnOf('kinesis', `stream/${name}`);
  const attribute = (attribute: string) => (attribute === 'Arn' ? arn : undefined);
  return { path: resource.path, name, arn, shards: ShardCount, ref: name, attribute };
}

/** Calls `listener` with the records of every later successful put to the stream `name`, in the order they were put. */
export async function tapStream(
  server: LocalServer,
  name: string,
  listener: (records: readonly PutRecord[]) => void,
): Promise<void> {
  server.onPut((stream, records) => {
    if (stream === name) listener(records);
  });
  await server.tap(name);
}
