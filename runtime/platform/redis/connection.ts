/** The one connection to a Redis server: made when it is needed, given up when it fails, and what went wrong in words. */
import { asError } from '../error-code.ts';
import type { Time } from '../time.ts';
import { isHttp, withoutPassword } from './address.ts';
import type { Link, RedisServer, Send } from './link.ts';
import { tcpLink } from './tcp-link.ts';

export type { Send } from './link.ts';

/** How long (ms) a connection or an answer is waited for. */
const LONGEST_WAIT = 5_000;
/** After so many failures in a row a ping must be answered before anything is sent. */
const FAILURES = 3;

/** `open`: the server failed some times in a row, and is only asked whether it is there; `half open`: it is being asked. */
export type Circuit = 'closed' | 'open' | 'half open';

export class RedisConnection {
  readonly #server: RedisServer;
  readonly #time: Time;
  #link: Link | undefined;
  #failures = 0;
  #isTrying = false;

  /** @param url with its password, if it has one @param token of an address that begins with `https` */
  constructor(url: string, time: Time, token?: string) {
    this.#server = { url, token };
    this.#time = time;
  }

  get circuit(): Circuit {
    if (this.#failures < FAILURES) return 'closed';
    return this.#isTrying ? 'half open' : 'open';
  }

  /** Lets commands be sent; once one of them fails but by its own fault, the connection is made anew. @throws Error that says what to do */
  async use<Result>(work: (send: Send) => Promise<Result>): Promise<Result> {
    this.#isTrying = true;
    try {
      const result = await this.#within(this.#try(work));
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#failures++;
      this.close();
      throw new Error(`${withoutPassword(this.#server.url)} ${troubleIn(error)}`);
    } finally {
      this.#isTrying = false;
    }
  }

  /** Whoever waits for an answer is told that there will be none. */
  close(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  async #try<Result>(work: (send: Send) => Promise<Result>): Promise<Result> {
    const { send } = this.#link ?? (await this.#connect());
    if (this.#failures >= FAILURES) await send(['PING']);
    return await work(send);
  }

  async #connect(): Promise<Link> {
    const { url, token = '' } = this.#server;
    if (!isHttp(url))
      return await tcpLink(url, LONGEST_WAIT, link => {
        this.#link = link;
      });
    // Whoever speaks to a server in its own protocol has no use for it.
    const { httpLink } = await import('./http-link.ts');
    this.#link = httpLink(url, token);
    return this.#link;
  }

  async #within<Result>(work: Promise<Result>): Promise<Result> {
    const done = new AbortController();
    const late = this.#time.sleep(LONGEST_WAIT, done.signal, 'connection').then(() => {
      const hint = this.#server.url.startsWith('rediss') ? ': look whether it speaks TLS' : '';
      throw new Error(`does not answer within ${LONGEST_WAIT} ms${hint}`);
    });
    // One of the two comes too late to be heard.
    for (const each of [work, late]) each.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort(new Error('answered'));
    }
  }
}

/** What the server, or the system, says of what goes wrong, and what it means. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /WRONGPASS|NOAUTH|invalid username-password|invalid password/,
    'refuses the password: name user and password in the address, or with https the token',
  ],
  [
    /max (?:daily )?requests? (?:limit|size)|rate limit/i,
    'takes no more: look at the limits of its plan, or let less be written',
  ],
  [/does not answer in JSON/, 'is no REST endpoint of Redis: look at the address'],
  [
    /NOPERM|executing the script can't|ACL failure/,
    'does not let this user do so: give it the commands EVAL, EVALSHA, GET, MGET, MSET, SET, XADD and PING',
  ],
  [/OOM/, 'has no memory left: give it more (maxmemory), or let it evict keys (maxmemory-policy)'],
  [/READONLY/, 'is a replica, which nobody may write to: name the primary'],
  [/MOVED|CLUSTERDOWN|CROSSSLOT/, 'is one of a cluster: name a server that stands by itself'],
  [/DB index|invalid DB/, 'has no such database: name another in the address'],
  [
    /client is (?:closed|offline)|closed unexpectedly|other side closed|ECONNRESET|EPIPE/i,
    'has cut the connection: look whether it runs',
  ],
  [/ECONNREFUSED/, 'cannot be reached: start the server, or name the right address'],
  [/ENOTFOUND|EAI_AGAIN/, 'cannot be found: look at the name of the host'],
  [
    /certificate|SSL|TLS|wrong version number|EPROTO/i,
    'and this side cannot agree on TLS: look at certificate and scheme',
  ],
  [
    /does not answer as a server|protocol|parse|Unknown RESP|Invalid type/i,
    'speaks no Redis: look at scheme, host and port',
  ],
  [/^LOADING/, 'is not ready: it loads what it has kept'],
];

/** What is wrong, what to do about it, and in brackets how it was said. */
function troubleIn(error: unknown): string {
  const said = textOf(error);
  if (said.startsWith('does not answer')) return said;
  const [, remedy] = remedies.find(([pattern]) => pattern.test(said)) ?? [];
  return remedy === undefined ? `fails: ${said}` : `${remedy} (${said})`;
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  const { message, name } = asError(error);
  return message || name;
}
