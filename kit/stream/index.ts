/** What a process outside Lambda follows a stream with; it needs `@aws-sdk/client-kinesis`. */
export type { Checkpoint, From, ShardPlace } from './checkpoint.ts';
export {
  type EventRead,
  type Followed,
  type FollowedEvent,
  followEvents,
  followStream,
} from './follow.ts';
export type { FollowOptions, Place, RecordRead, StreamFollower } from './follower.ts';
