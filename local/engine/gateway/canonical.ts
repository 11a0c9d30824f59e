/** The one form of a request that Signature Version 4 signs. */
import { createHash } from 'node:crypto';
import type { GatewayRequest } from './message.ts';

/** What of a presigned request is not signed. */
const SIGNATURE = 'X-Amz-Signature';

/** Hex SHA-256. */
export function digest(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * @param signed names of the signed headers, in lower case and in order
 * @throws URIError for a query that is not well encoded
 */
export function canonicalRequest(request: GatewayRequest, signed: readonly string[]): string {
  const { method, path, query, headers, body } = request;
  const lines = signed.map(name => {
    const values = headers.get(name) ?? [];
    return `${name}:${values.map(value => value.trim().replaceAll(/\s+/g, ' ')).join(',')}\n`;
  });
  const parts = [method, canonicalPath(path), canonicalQuery(query), lines.join('')];
  return [...parts, signed.join(';'), digest(body)].join('\n');
}

/** All services but S3 encode once more what is sent encoded, and ignore empty and dotted segments. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment));
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

function canonicalQuery(query: string): string {
  return pairsOf(query)
    .filter(([name]) => name !== SIGNATURE)
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Names and values of a query; a plus is a plus. @throws URIError for one that is not well encoded */
export function pairsOf(query: string): (readonly [string, string])[] {
  return query
    .split('&')
    .filter(part => part !== '')
    .map(part => {
      const at = part.indexOf('=');
      const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [decodeURIComponent(name), decodeURIComponent(value)] as const;
    });
}

/** Encodes all but what RFC 3986 calls unreserved. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
