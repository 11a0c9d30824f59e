/** What a Redis server does in one go, in Lua, and how it says that something is in the way. */
import { createHash } from 'node:crypto';
import { ErrorReply } from '@redis/client';
import type { Send } from './connection.ts';

export interface Script<Answer> {
  readonly text: string;
  readonly sha: string;
  /** Whether that can be its answer, with so many keys. */
  readonly isAnswer: (said: unknown, keys: number) => said is Answer;
}

/** What stands in our way and is not ours begins with this. */
export const NOT_OURS = 'NOTOURS';

/** It says so itself, beside a call that did what else it had to. */
export const notOurs = new ErrorReply(`${NOT_OURS} it holds what this sink did not write`);

export function script<Answer>(text: string, isAnswer: Script<Answer>['isAnswer']): Script<Answer> {
  return { text, sha: createHash('sha1').update(text).digest('hex'), isAnswer };
}

export function isNumber(said: unknown): said is number {
  return typeof said === 'number';
}

/** Of each key a number, or what stands in the way. */
export function isOfEachKey(said: unknown, keys: number): said is readonly (number | string)[] {
  if (!Array.isArray(said) || said.length !== keys) return false;
  return said.every(each => typeof each === 'number' || typeof each === 'string');
}

/**
 * Runs a script by its digest; a server that has been started anew is given its text.
 * @throws Error where something answers that is no such server, as a proxy may: nothing is known to be written then
 */
export async function run<Answer>(
  send: Send,
  { sha, text, isAnswer }: Script<Answer>,
  keys: readonly string[],
  args: readonly string[],
): Promise<Answer> {
  const said = await evaluated(send, { sha, text }, [`${keys.length}`, ...keys, ...args]);
  if (!isAnswer(said, keys.length)) throw new Error('it does not answer as a server of Redis does');
  return said;
}

async function evaluated(
  send: Send,
  { sha, text }: Pick<Script<unknown>, 'sha' | 'text'>,
  rest: readonly string[],
): Promise<unknown> {
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
