/** A list of symbols in a Redis Stream: the newest message is the list, and the next one is waited for. */
import { isHttp } from '../../platform/redis/address.ts';
import type { RedisConnection, Send } from '../../platform/redis/connection.ts';
import type { RedisServer } from '../../platform/redis/link.ts';
import type { Time } from '../../platform/time.ts';
import { show } from '../../records/show.ts';

/** How long (ms) the server is asked to wait for a message at a time: less than an answer is waited for. */
const BLOCK = 2_000;
/** How long (ms) between two looks where a server cannot be asked to wait, and after one that failed. */
const PAUSE = 2_000;
/** The fields that a list may be in, where a message has several. */
const FIELDS = ['symbols', 'tickers'];

interface Message {
  readonly id: string;
  /** Field, value, field, value … */
  readonly flat: readonly string[];
}

export interface RedisListOptions {
  readonly server: RedisServer;
  readonly stream: string;
  /** Of this list alone: it waits most of the time. */
  readonly connection: RedisConnection;
  readonly time: Time;
}

export class RedisList {
  readonly #options: RedisListOptions;
  #last = '0-0';

  constructor(options: RedisListOptions) {
    this.#options = options;
  }

  /** The text of the newest list. @throws Error that says why there is none */
  async read(signal: AbortSignal): Promise<string> {
    const { stream } = this.#options;
    const answer = await this.#use(signal, send => send(['XREVRANGE', stream, '+', '-', 'COUNT', '1']));
    const [message] = messagesIn(answer);
    if (message === undefined) throw new Error(`the stream ${stream} has no message yet`);
    this.#last = message.id;
    return listIn(message.flat);
  }

  /** Resolves when there may be another list. @throws the signal's reason */
  async changed(signal: AbortSignal): Promise<void> {
    const { server, stream, time } = this.#options;
    if (isHttp(server.url)) return time.sleep(PAUSE, signal, 'symbols');
    while (!signal.aborted)
      try {
        const wait = ['XREAD', 'BLOCK', `${BLOCK}`, 'STREAMS', stream, this.#last];
        if ((await this.#use(signal, send => send(wait))) !== null) return;
      } catch {
        // Whoever reads next is told why.
        return time.sleep(PAUSE, signal, 'symbols');
      }
    signal.throwIfAborted();
  }

  async #use<Result>(signal: AbortSignal, work: (send: Send) => Promise<Result>): Promise<Result> {
    const { connection } = this.#options;
    const close = () => connection.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      return await connection.use(work);
    } finally {
      signal.removeEventListener('abort', close);
      if (signal.aborted) close();
    }
  }
}

/** `symbols` or `tickers`, or the only field that there is. */
function listIn(flat: readonly string[]): string {
  const fields = new Map(flat.flatMap((name, n) => (n % 2 ? [] : [[name, flat[n + 1] ?? ''] as const])));
  const named = FIELDS.map(name => fields.get(name)).find(value => value !== undefined);
  const [only] = fields.values();
  const list = named ?? (fields.size === 1 ? only : undefined);
  if (list !== undefined) return list;
  throw new Error(
    `the message has the fields ${show([...fields.keys()])}: put the list into one named symbols`,
  );
}

function messagesIn(answer: unknown): readonly Message[] {
  const rows: readonly unknown[] = Array.isArray(answer) ? answer : [];
  return rows.map(row => {
    const [id, flat]: readonly unknown[] = Array.isArray(row) ? row : [];
    return { id: `${id}`, flat: Array.isArray(flat) ? flat.map(String) : [] };
  });
}
