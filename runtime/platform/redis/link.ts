/** What stands between the sink and a server: commands are sent over it, and it is given up when one fails. */

/** Sends one command, whose answer comes with those of others. @throws ErrorReply as the server words it */
export type Send = (args: readonly string[]) => Promise<unknown>;

export interface Link {
  readonly send: Send;
  /** Whoever waits for an answer is told that there will be none. */
  close(): void;
}

/** Where a server is, and what opens it; both are secret, for the address may hold a password. */
export interface RedisServer {
  readonly url: string;
  /** Of an address that begins with `https`. */
  readonly token?: string | undefined;
}
