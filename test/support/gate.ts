/** Where a test stands between a client and the service that it talks to: it says when, whether and how often a request takes effect. */

export interface Gate {
  /**
   * @param call name of the operation, as `PutItem`
   * @param effect what the service does and answers; may be run later, more than once or never
   */
  pass<T>(call: string, effect: () => T): Promise<T>;
}

/** Lets everything through at once. */
export const openGate: Gate = { pass: async (_call, effect) => effect() };
