/** Asks the query API page after page: what has no room now is asked again, what is refused is an error with the API's own words. */

/** As the global `fetch`; one that signs, where the API asks for it. */
export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal | null },
) => Promise<Pick<Response, 'ok' | 'status' | 'text'>>;

export interface ApiOptions {
  /** Address of the API, `https://<id>.execute-api.<region>.amazonaws.com`, or that of the page of a pipeline on this machine. */
  readonly endpoint: string;
  /** Signs and asks. @default the global `fetch`, which does not sign */
  readonly fetch?: Fetch;
  /** Which feed. @default the only one */
  readonly feed?: string;
  /** Ends it. @default nothing does */
  readonly signal?: AbortSignal;
}

/** The API refuses, or is away. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0 when nothing has answered. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Symbols of one question. */
const SYMBOLS = 50;
const TRIES = 6;
/** After the first failure, ms; twice as long after each that follows. */
const PAUSE = 500;

export type Query = Readonly<Record<string, string>>;

/**
 * The texts of all pages.
 * @param symbols repetitions count once
 * @throws ApiError, or the signal's reason
 */
export async function* pagesOf(
  path: string,
  symbols: readonly string[],
  query: Query,
  options: ApiOptions,
): AsyncGenerator<string, void, void> {
  const all = [...new Set(symbols)];
  for (let first = 0; first < all.length; first += SYMBOLS) {
    const some = all.slice(first, first + SYMBOLS).join(',');
    for (let cursor: string | undefined; ; ) {
      const asked = { ...query, symbols: some, ...(cursor !== undefined && { cursor }) };
      const text = await answered(path, asked, options);
      yield text;
      cursor = cursorIn(text);
      if (cursor === undefined) break;
    }
  }
}

/** The text of one answer. @throws ApiError, or the signal's reason */
export async function answered(path: string, query: Query, options: ApiOptions): Promise<string> {
  const { endpoint, feed, signal, fetch: ask = fetch } = options;
  const asked = { ...query, ...(feed !== undefined && { feed }) };
  const url = new URL(`${path}?${new URLSearchParams(asked)}`, endpoint).href;
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    const { status, text } = await ask(url, { signal: signal ?? null }).then(
      async reply => ({ status: reply.status, text: await reply.text() }),
      (error: unknown) => ({ status: 0, text: `nothing answers at ${endpoint}: ${causeOf(error)}` }),
    );
    if (status === 200) return text;
    signal?.throwIfAborted();
    // Where nothing has ever answered nothing may be there.
    const passes = status === 429 || status >= 500 || (status === 0 && tries > 1);
    if (!passes || tries === TRIES) throw new ApiError(status, wordsOf(status, text));
    await pause(PAUSE * 2 ** (tries - 1), signal);
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}

function cursorIn(text: string): string | undefined {
  const { nextCursor }: { readonly nextCursor?: unknown } = Object(JSON.parse(text));
  return typeof nextCursor === 'string' ? nextCursor : undefined;
}

function wordsOf(status: number, text: string): string {
  if (status === 0) return text;
  try {
    const { detail, message }: { readonly detail?: unknown; readonly message?: unknown } = JSON.parse(text);
    return `the API refuses (${status}): ${detail ?? message ?? text}`;
  } catch {
    return `the API answers ${status}: ${text.slice(0, 200)}`;
  }
}
