/** What a process outside Lambda follows a stream with; it needs `@aws-sdk/client-kinesis`. */
export type { Checkpoint, From, ShardPlace } from './checkpoint.ts';
export { type Followed, type FollowOptions, followStream, type StreamFollower } from './follow.ts';
