/** Messages between the engine and the threads of its local servers. */

import type { Extent, Refusal } from './refusal.ts';

/** What the thread of a server is started with. */
export interface ServerSetup {
  readonly kind: 'kinesis' | 'dynamodb';
  /** Where it listens unless something else does; 0 takes any free port. */
  readonly port: number;
}

/** A record as it was put, `data` decoded as UTF-8. */
export interface PutRecord {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly sequenceNumber: string;
  readonly shardId: string;
  readonly data: string;
}

/**
 * To a server: give the records put on `stream` from now on; drop nothing of it that `reader` is not done with; refuse what
 * goes to `name`, all, in part or none of it; or just answer. Each is answered by `writes`, but for `done`: the reader needs
 * nothing up to and with that record.
 */
export type ToServer =
  | { readonly type: 'tap'; readonly id: number; readonly stream: string }
  | { readonly type: 'reader'; readonly id: number; readonly stream: string; readonly reader: string }
  | { readonly type: 'refuse'; readonly id: number; readonly name: string; readonly extent: Extent }
  | { readonly type: 'count'; readonly id: number }
  | ({ readonly type: 'done' } & Done);

/** What a reader needs no more. */
export interface Done {
  readonly stream: string;
  readonly reader: string;
  readonly shard: string;
  readonly sequence: string;
}

/** From a server. `put` and `written` come before the writer's reply. */
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'written' }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'put'; readonly stream: string; readonly records: readonly PutRecord[] }
  | { readonly type: 'writes'; readonly id: number; readonly writes: number };
