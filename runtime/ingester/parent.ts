/** What the ingester tells the process that started it, where that listens: on a laptop the local engine does. */

/** Messages from the ingester to its parent. */
export type ParentMessage =
  /** The status server listens on this port. */
  | { readonly type: 'status'; readonly port: number }
  /** The subscription stands: from now on every minute is seen. Sent again after every reconnection. */
  | { readonly type: 'subscribed' };

/** Sends a message, without effect where no parent listens. */
export function tellParent(message: ParentMessage): void {
  if (process.connected) process.send?.(message);
}
