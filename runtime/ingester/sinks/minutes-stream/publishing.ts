/** Puts together how records reach the stream: in order, at the shards' pace, bounded in memory, fenced by the lease. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { putOnce } from '../../../platform/put-records.ts';
import { Backlog, type BacklogOptions } from './backlog.ts';
import { MinutesStream, type MinutesStreamOptions } from './minutes-stream.ts';
import { Pacer } from './pacer.ts';
import { Publisher } from './publisher.ts';
import type { Item } from './slot-queue.ts';
import { WatermarkFence } from './watermarks.ts';

export interface PublishingOptions
  extends Pick<BacklogOptions, 'segments' | 'memory' | 'onFailure'>,
    Pick<MinutesStreamOptions, 'versions'> {
  readonly clock: Clock;
  readonly kinesis: KinesisClient;
  /** Name of the stream. */
  readonly minutesStream: string;
  readonly lease: { readonly holds: boolean; readonly epoch: number };
  /** Called for everything that the stream has taken. */
  readonly onTaken: (item: Item) => void;
  /** Called when bars begin to be let go. */
  readonly onLost: () => void;
  readonly logger: Logger;
}

export interface Publishing {
  readonly pacer: Pacer;
  readonly publisher: Publisher;
  readonly backlog: Backlog;
  readonly stream: MinutesStream;
}

export function publishing({ onTaken, onLost, ...options }: PublishingOptions): Publishing {
  const { clock, kinesis, minutesStream, lease, versions, logger } = options;
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
      if (fence.passed(item)) onTaken(item);
      backlog.onRoom();
    },
  });
  const backlog = new Backlog({ ...options, publisher });
  const stream = new MinutesStream({ outlet: backlog, versions, epoch: () => lease.epoch, onLost, logger });
  return { pacer, publisher, backlog, stream };
}
