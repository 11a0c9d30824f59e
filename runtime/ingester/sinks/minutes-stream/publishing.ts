/** Puts together how records reach the stream: in order, at the shards' pace, bounded in memory, fenced by the lease. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { putOnce } from '../../../platform/put-records.ts';
import { Pacer } from '../kinesis/pacer.ts';
import { followShards } from '../kinesis/shards.ts';
import type { Acknowledged } from './acknowledged.ts';
import { Backlog, type BacklogOptions } from './backlog.ts';
import { MinutesStream, type MinutesStreamOptions } from './minutes-stream.ts';
import { Publisher } from './publisher.ts';
import type { Item } from './slot-queue.ts';
import { WatermarkFence } from './watermark-fence.ts';

export interface PublishingOptions
  extends Pick<BacklogOptions, 'segments' | 'memory'>,
    Pick<MinutesStreamOptions, 'versions'> {
  readonly clock: Clock;
  readonly kinesis: KinesisClient;
  /** Name of the stream. */
  readonly minutesStream: string;
  readonly acknowledged: Acknowledged;
  /** Is told, too, of what the stream has taken. @default nobody is */
  readonly onAcknowledged?: (item: Item) => void;
  readonly lease: { readonly holds: boolean; readonly epoch: number };
  readonly logger: Logger;
}

/** From its door, `stream`, to the network. */
export interface Publishing {
  readonly stream: MinutesStream;
  readonly backlog: Backlog;
  readonly publisher: Publisher;
  readonly acknowledged: Acknowledged;
  /** Aborts when the disk does not give back what was written to it: nothing more is published then. */
  readonly broken: AbortSignal;
  /** Whether the stream has ever answered. */
  readonly wasReached: boolean;
  /** Keeps to the pace of the shards that there are, until the signal aborts. */
  followShards(signal: AbortSignal): Promise<void>;
}

export function publishing(options: PublishingOptions): Publishing {
  const { clock, kinesis, minutesStream, acknowledged, onAcknowledged, lease, logger } = options;
  const pacer = new Pacer({ speed: () => Math.max(1, clock.perWall(1)), wall: () => performance.now() });
  const fence = new WatermarkFence({
    epoch: () => (lease.holds ? lease.epoch : undefined),
    put: (items, signal) => putOnce(kinesis, minutesStream, items, signal),
  });
  const publisher = new Publisher({
    put: fence.put,
    pacer,
    logger,
    now: () => clock.now(),
    onAcknowledged: item => {
      if (fence.passed(item)) acknowledged.add(item);
      onAcknowledged?.(item);
      backlog.onRoom();
    },
  });
  const broken = new AbortController();
  const backlog = new Backlog({ ...options, publisher, onFailure: () => broken.abort() });
  const stream = new MinutesStream({ ...options, backlog, epoch: () => lease.epoch });
  return {
    stream,
    backlog,
    publisher,
    acknowledged,
    broken: broken.signal,
    get wasReached() {
      return pacer.knowsShards;
    },
    followShards: signal => followShards({ client: kinesis, stream: minutesStream, pacer, logger }, signal),
  };
}
