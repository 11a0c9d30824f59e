/** What a Redis server does in one go, in Lua, and how it says that something is in the way. */
import { createHash } from 'node:crypto';
import { ErrorReply } from '@redis/client';
import type { Send } from './connection.ts';

export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** What stands in our way and is not ours begins with this. */
export const NOT_OURS = 'NOTOURS';

/** What is said of an answer that the script never gives. */
export const OTHERWISE = 'it does not answer as a server of Redis does';

/** It says so itself, beside a call that did what else it had to. */
export const notOurs = new ErrorReply(`${NOT_OURS} it holds what this sink did not write`);

export function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its digest; a server that has been started anew is given its text. */
export async function run(
  send: Send,
  { sha, text }: Script,
  keys: readonly string[],
  args: readonly string[],
) {
  const rest = [`${keys.length}`, ...keys, ...args];
  try {
    return await send(['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await send(['EVAL', text, ...rest]);
  }
}

/** Whether what the server says, as an error or in a script's answer, is that a key of another type, or one with what we did not write, is in the way. */
export function isInOurWay(said: unknown): boolean {
  const text = said instanceof ErrorReply ? said.message : said;
  return typeof text === 'string' && (text.includes('WRONGTYPE') || text.includes(NOT_OURS));
}
