/** Messages between the engine and the thread that stands for one execution environment of a function. */

import type { ClockState } from '../../runtime/platform/clock.ts';

/** What a thread is started with. */
export interface WorkerSetup {
  /** File of the bundle that exports the handler. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMiB: number;
}

/** To the thread: one invocation; the next comes after the answer. */
export interface ToWorker {
  readonly requestId: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  /** What event time is as it begins. */
  readonly time: ClockState;
}

/** From the thread. Whatever the invocation printed has arrived before `succeeded` or `failed`. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'unready'; readonly reason: string }
  | { readonly type: 'succeeded'; readonly result: unknown }
  | { readonly type: 'failed'; readonly reason: string };
