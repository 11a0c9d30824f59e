/** One route of the API. What has not changed since it was last asked is not sent again (ETag), and keeps its identity. */
import { Unreadable } from './read.ts';
import { Trouble, troubleFrom, troubleOf } from './trouble.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Answers remembered; the page asks a few questions again and again. */
const REMEMBERED = 32;

export class Route<T> {
  readonly #address: string;
  readonly #read: (body: unknown) => T;
  readonly #limit: number;
  readonly #known = new Map<string, { readonly tag: string; readonly value: T }>();

  /** @param limit nobody waits longer for an answer, ms */
  constructor(address: string, read: (body: unknown) => T, limit: number) {
    this.#address = address;
    this.#read = read;
    this.#limit = limit;
  }

  /** @throws Trouble, or the reason of `signal` when that ends it */
  async ask(query: Query, signal: AbortSignal): Promise<T> {
    const url = `${this.#address}${searchOf(query)}`;
    const known = this.#known.get(url);
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json', ...(known ? { 'if-none-match': known.tag } : {}) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#limit)]),
      });
      if (response.status === 304 && known) return known.value;
      if (!response.ok)
        throw troubleOf(response.status, await detailOf(response), response.headers.get('retry-after'));
      const value = await this.#valueOf(response);
      this.#remember(url, response.headers.get('etag'), value);
      return value;
    } catch (error) {
      signal.throwIfAborted();
      throw troubleFrom(error, this.#limit);
    }
  }

  async #valueOf(response: Response): Promise<T> {
    try {
      return this.#read(JSON.parse(await response.text()));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError') throw error;
      throw error instanceof Unreadable
        ? new Trouble('broken', `The server sent what cannot be read: ${error.message}`)
        : new Trouble('broken', 'The server sent half an answer');
    }
  }

  #remember(url: string, tag: string | null, value: T): void {
    this.#known.delete(url);
    if (tag !== null) this.#known.set(url, { tag, value });
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > REMEMBERED) this.#known.delete(oldest);
  }
}

function searchOf(query: Query): string {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return asked.length === 0 ? '' : `?${new URLSearchParams(asked)}`;
}

/** What a problem (RFC 9457) says about itself. */
async function detailOf(response: Response): Promise<string | undefined> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return undefined;
    if ('detail' in body && typeof body.detail === 'string') return body.detail;
    return 'title' in body && typeof body.title === 'string' ? body.title : undefined;
  } catch {
    return undefined;
  }
}
