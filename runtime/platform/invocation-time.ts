/** The time that a function's records are of: the machine's, or on a laptop the event time that the local engine tells. */

/** What the local engine adds to the context of an invocation. */
export interface TimedContext {
  /** Event time now, epoch ms. @default the machine's clock: on Lambda there is no other */
  readonly getEventTimeInMillis?: () => number;
}

export function invocationTime({ getEventTimeInMillis = Date.now }: TimedContext): () => number {
  return getEventTimeInMillis;
}
