/** What the vendor's REST answers: bodies as it writes them, and errors in its words. */

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** An answer that is not 200; thrown wherever it becomes clear. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reply: Reply;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(`${status}`);
    this.reply = { status, body };
  }
}

let requests = 0;

/** 32 hexadecimal digits, different for every request. */
export function nextRequestId(): string {
  return (++requests).toString(16).padStart(32, '0');
}

export function unknownKey(): Refusal {
  return new Refusal(401, { status: 'ERROR', request_id: nextRequestId(), error: 'Unknown API Key' });
}

export function notEntitled(): Refusal {
  const message = 'You are not entitled to this data. Please upgrade your plan.';
  return new Refusal(403, { status: 'NOT_AUTHORIZED', request_id: nextRequestId(), message });
}

export function tooManyRequests(): Refusal {
  const error =
    "You've exceeded the maximum requests per minute, please wait or upgrade your subscription to continue.";
  return new Refusal(429, { status: 'ERROR', request_id: nextRequestId(), error });
}

export function internalError(): Refusal {
  return new Refusal(500, { status: 'ERROR', request_id: nextRequestId(), error: 'Internal server error' });
}

export function badRequest(error: string): Refusal {
  return new Refusal(400, { status: 'ERROR', request_id: nextRequestId(), error });
}

export function notFound(): Refusal {
  return new Refusal(404, { status: 'NOT_FOUND', request_id: nextRequestId(), message: 'Page not found' });
}

/** The `next_url` cursor: opaque to clients. */
export function encodeCursor(values: Readonly<Record<string, string>>): string {
  return Buffer.from(new URLSearchParams(values).toString()).toString('base64url');
}

export function decodeCursor(cursor: string): URLSearchParams {
  return new URLSearchParams(Buffer.from(cursor, 'base64url').toString());
}

/** A whole number between the limits, or `fallback` when the parameter is missing. @throws Refusal 400 */
export function wholeParameter(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw badRequest(`${name} is '${text}': use a whole number from 1 to ${most}`);
  }
  return value;
}
