/** Which Redis server is spoken to, and with what, as two variables say. */
import type { Environment } from '../env.ts';
import { redisEnv as name } from '../sink-names.ts';
import { isHttp, redisAddress, redisForm } from './address.ts';
import type { RedisServer } from './link.ts';

/** @param user who needs it, if it must be there: `the sink redis` */
export function redisServerIn(env: Environment, user: string | undefined): RedisServer | undefined {
  const before = env.problems.length;
  const url = env.parsed<string | undefined>(name.url, {
    purpose: 'is the server of the sink `redis`',
    takes: redisForm,
    fallback: undefined,
    read: redisAddress,
  });
  const token = env.parsed<string | undefined>(name.token, {
    purpose: 'opens a server whose address begins with `https`',
    takes: 'a token, alone',
    fallback: undefined,
    read: redisToken,
  });
  if (env.problems.length > before) return undefined;
  if (url === undefined) {
    if (user !== undefined) env.problems.push(`${name.url} is missing: ${user} needs it: use ${redisForm}`);
    return undefined;
  }
  if (isHttp(url) && token === undefined)
    env.problems.push(
      `${name.token} is missing: an address that begins with https needs the token of its server`,
    );
  return { url, token };
}

/** @throws RangeError that does not show it */
export function redisToken(text: string): string {
  const token = text.trim();
  if (/^[!-~]+$/.test(token)) return token;
  throw new RangeError('it holds a blank or another character that no token has: give the token alone');
}
