/** The address of a Redis server: `redis://`, `rediss://` with TLS, or `https://` for one that is asked over HTTP. It may hold a password: no message quotes it. */
import { httpUrl } from '../addresses.ts';

export const redisForm =
  '`redis://[user:password@]host[:port][/database]`, `rediss://` with TLS, or `https://host` with a token';

/** @throws RangeError for what is none */
export function redisAddress(text: string): string {
  const trimmed = text.trim();
  if (!/^(?:rediss?|https?):\/\//i.test(trimmed))
    throw new RangeError(`it begins with no scheme that is known: use ${redisForm}`);
  const { hostname, pathname, search, hash, username, password } = parsed(trimmed);
  if (hostname === '') throw new RangeError(`it names no host: use ${redisForm}`);
  if (isHttp(trimmed)) return httpAddress(trimmed);
  if (!/^(?:\/\d{0,4})?$/.test(pathname)) throw new RangeError(`the database is no number: use ${redisForm}`);
  if (search || hash) throw new RangeError(`nothing may follow the database: use ${redisForm}`);
  for (const part of [username, password]) decoded(part);
  return trimmed;
}

/** Whether it is asked over HTTP, which needs a token. */
export function isHttp(address: string): boolean {
  return /^https?:/i.test(address);
}

/** Upstash's is a host alone. */
function httpAddress(text: string): string {
  const { pathname, search, hash, username, password } = new URL(text);
  if (username || password)
    throw new RangeError('an HTTP address holds no password: the token goes beside it');
  if (pathname !== '/' || search || hash)
    throw new RangeError(`nothing may follow the host: use ${redisForm}`);
  try {
    return httpUrl(text);
  } catch {
    throw new RangeError('it would send the token in plain text: use https://');
  }
}

/** Host, port and database alone, which anybody may see. */
export function withoutPassword(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new RangeError(
      `it is no address (a password's special characters are written as %40 and the like): use ${redisForm}`,
    );
  }
}

function decoded(part: string): void {
  try {
    decodeURIComponent(part);
  } catch {
    throw new RangeError(`user or password has a '%' that stands for no character: write it as %25`);
  }
}
