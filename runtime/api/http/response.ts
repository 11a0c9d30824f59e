/** Answers as API Gateway takes them: with an ETag, compressed where it is worth it, and not sent again where it is known. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Problem } from './problem.ts';
import type { Request } from './request.ts';

/** What a route answers. */
export interface Answer {
  readonly type: 'application/json' | 'text/csv; charset=utf-8';
  /** Versions of all bars stand in it, so that a revision makes another text. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is shorter is not worth compressing. */
const COMPRESSED_FROM = 1_024;
/** Half a megabyte takes 3 ms at this level, and 20 ms at the default one. */
const LEVEL = 1;
/** How long a client waits after it was refused, s. */
const PATIENCE = 1;

/** Bars that are final get revised: whoever keeps an answer asks each time whether it still holds. */
const always = {
  'cache-control': 'no-cache',
  vary: 'accept, accept-encoding',
  'x-content-type-options': 'nosniff',
};

export function responseOf(request: Request, answer: Answer): APIGatewayProxyStructuredResultV2 {
  const etag = `W/"${createHash('sha256').update(answer.type).update(answer.text).digest('base64url').slice(0, 22)}"`;
  const headers = { ...always, ...answer.headers, etag };
  if (isKnown(request.header('if-none-match'), etag)) return { statusCode: 304, headers };
  return { statusCode: 200, ...body(request, { ...headers, 'content-type': answer.type }, answer.text) };
}

export function problemResponse(request: Request, problem: Problem): APIGatewayProxyStructuredResultV2 {
  const headers = {
    ...always,
    'content-type': 'application/problem+json',
    ...(problem.status === 429 && { 'retry-after': String(PATIENCE) }),
  };
  return { statusCode: problem.status, ...body(request, headers, problem.text) };
}

function isKnown(asked: string | undefined, etag: string): boolean {
  const opaque = etag.slice(2);
  return (
    asked?.split(',').some(tag => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === opaque) ?? false
  );
}

function body(request: Request, headers: Record<string, string>, text: string) {
  const bytes = Buffer.from(text);
  if (bytes.length <= COMPRESSED_FROM || !takesGzip(request.header('accept-encoding')))
    return { headers, body: text };
  const compressed = gzipSync(bytes, { level: LEVEL }).toString('base64');
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed, isBase64Encoded: true };
}

/** Whether gzip is named, and not with `q=0`. */
function takesGzip(accepted = ''): boolean {
  return accepted.split(',').some(each => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(each));
}
