/** Opens the events stream: its client, and the pace of its shards. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { kinesisClient } from '../../../platform/aws.ts';
import { putOnce } from '../../../platform/put-records.ts';
import { Pacer } from '../kinesis/pacer.ts';
import { followShards } from '../kinesis/shards.ts';
import { EventsStream, type EventsStreamOptions } from './events-stream.ts';

export interface OpeningOptions extends Pick<EventsStreamOptions, 'lineOf' | 'time' | 'seldom' | 'logger'> {
  /** Name of the stream. */
  readonly stream: string;
  /** @default one that goes by the SDK's standard variables */
  readonly client?: KinesisClient;
}

export function openEventsStream({
  stream,
  client = kinesisClient(),
  ...options
}: OpeningOptions): EventsStream {
  const pacer = new Pacer({ speed: () => 1, wall: () => options.time.now() });
  const closed = new AbortController();
  void followShards({ client, stream, pacer, logger: options.logger }, closed.signal);
  return new EventsStream({
    ...options,
    pacer,
    // With the signal, for the client would send again what is under way when it is destroyed.
    put: packs => putOnce(client, stream, packs, closed.signal),
    close: () => {
      closed.abort();
      client.destroy();
    },
  });
}
