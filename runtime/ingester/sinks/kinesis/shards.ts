/** Asks the stream which shard takes which slot. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import type { Logger } from '../../../platform/logger.ts';
import { type Backoff, delayAfter } from '../../../platform/retry.ts';
import { explicitHashKey, slots } from '../../../records/slot.ts';
import type { Pacer } from './pacer.ts';

/** The index of the open shard of every slot, by slot. @throws whatever the client throws */
export async function shardOfSlot(
  client: KinesisClient,
  stream: string,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const shards: Shard[] = [];
  let next: string | undefined;
  do {
    const answer = await client.send(
      new ListShardsCommand(next === undefined ? { StreamName: stream } : { NextToken: next }),
      signal ? { abortSignal: signal } : {},
    );
    shards.push(...(answer.Shards ?? []));
    next = answer.NextToken;
  } while (next !== undefined);
  const open = shards.filter(shard => shard.SequenceNumberRange?.EndingSequenceNumber === undefined);
  return slots.map(slot => open.findIndex(shard => holds(shard, BigInt(explicitHashKey(slot)))));
}

function holds({ HashKeyRange: range }: Shard, key: bigint): boolean {
  if (range?.StartingHashKey === undefined || range.EndingHashKey === undefined) return false;
  return key >= BigInt(range.StartingHashKey) && key <= BigInt(range.EndingHashKey);
}

/** How often the shards are looked at, in ms of wall time: a stream can be resharded at any time. */
const LOOK_EVERY = 600_000;
const retry: Backoff = { first: 1_000, longest: 60_000 };

export interface FollowShardsOptions {
  readonly client: KinesisClient;
  readonly stream: string;
  /** Is given the shards now and whenever they were looked at. */
  readonly pacer: Pick<Pacer, 'shardOfSlot'>;
  readonly logger: Logger;
}

/** Keeps the pacer informed until the signal aborts. Where the shards cannot be listed it goes on with what it knew. */
export async function followShards(
  { client, stream, pacer, logger }: FollowShardsOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      pacer.shardOfSlot = await shardOfSlot(client, stream, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      logger.warn('the shards of the stream cannot be listed', { stream, cause: String(error) });
    }
    const wait = failures > 0 ? delayAfter(failures, retry) : LOOK_EVERY;
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
}
