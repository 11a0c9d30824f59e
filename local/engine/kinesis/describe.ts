/** Streams and shards as Kinesis describes them. */
import { arnOf } from '../account.ts';
import type { Shard } from './shard.ts';
import type { MemoryStream } from './stream.ts';

const RETENTION_HOURS = 24;

export function describeShard({ id, parents, range, startingSequence, endingSequence }: Shard): object {
  const [parent, adjacent] = parents;
  return {
    ShardId: id,
    ...(parent !== undefined && { ParentShardId: parent }),
    ...(adjacent !== undefined && { AdjacentParentShardId: adjacent }),
    HashKeyRange: { StartingHashKey: String(range.start), EndingHashKey: String(range.end) },
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequence,
      ...(endingSequence !== undefined && { EndingSequenceNumber: endingSequence }),
    },
  };
}

/** What descriptions of a stream have in common. */
export function describeStream({ name, created }: MemoryStream): object {
  return {
    StreamName: name,
    StreamARN: arnOf('kinesis', `stream/${name}`),
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    StreamCreationTimestamp: created / 1000,
    RetentionPeriodHours: RETENTION_HOURS,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  };
}
