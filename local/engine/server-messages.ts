/** Messages between the engine and the threads of its local servers. */

import type { Extent, Refusal } from './refusal.ts';

/** What the thread of a server is started with. */
export interface ServerSetup {
  readonly kind: 'kinesis' | 'dynamodb';
  /** Where it listens unless something else does; 0 takes any free port. */
  readonly port: number;
}

/** To a server: give the records put on `stream` from now on; refuse what goes to `name`, all, in part or none of it; or just answer. Every message is answered by `writes`. */
export type ToServer =
  | { readonly type: 'tap'; readonly id: number; readonly stream: string }
  | { readonly type: 'refuse'; readonly id: number; readonly name: string; readonly extent: Extent }
  | { readonly type: 'count'; readonly id: number };

/** From a server. `written` comes before the writer's reply; `put` carries a write to a tapped stream as it was. */
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'written' }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'put'; readonly stream: string; readonly request: string; readonly reply: string }
  | { readonly type: 'writes'; readonly id: number; readonly writes: number };
