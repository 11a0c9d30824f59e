/** The address of a Redis server, as `redis://` or, with TLS, `rediss://`. It may hold a password: no message quotes it. */

export const redisForm = '`redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS';

/** @throws RangeError for what is none */
export function redisAddress(text: string): string {
  const trimmed = text.trim();
  if (/^https?:/i.test(trimmed))
    throw new RangeError(`an HTTP address is not spoken to: use the same server's rediss:// address`);
  if (!/^rediss?:\/\//i.test(trimmed)) throw new RangeError(`it begins with no scheme: use ${redisForm}`);
  const { hostname, pathname, search, hash, username, password } = parsed(trimmed);
  if (hostname === '') throw new RangeError(`it names no host: use ${redisForm}`);
  if (!/^(?:\/\d{0,4})?$/.test(pathname))
    throw new RangeError(`the database '${pathname.slice(1)}' is no number: use ${redisForm}`);
  if (search || hash) throw new RangeError(`nothing may follow the database: use ${redisForm}`);
  for (const part of [username, password]) decoded(part);
  return trimmed;
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
