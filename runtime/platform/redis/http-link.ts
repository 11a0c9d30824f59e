/** A Redis server that is spoken to over HTTP, as Upstash's: commands of one moment go in one request. */
import { ErrorReply } from '@redis/client';
import { errors, Redis } from '@upstash/redis';
import type { Link } from './link.ts';

/** So many characters of commands, or a command alone, go in one request; plans allow 1 MB and more. */
const LARGEST = 500_000;

interface Waiting {
  readonly args: readonly string[];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function httpLink(url: string, token: string): Link {
  const stop = new AbortController();
  const redis = new Redis({
    ...{ url, token, automaticDeserialization: false, enableTelemetry: false, retry: { retries: 0 } },
    // Given as a function, for the client takes a signal that has aborted for an answer.
    signal: () => stop.signal,
  });
  let waiting: Waiting[] = [];
  const send = (args: readonly string[]): Promise<unknown> => {
    if (!args[0]?.startsWith('EVAL')) return alone(redis, args);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (waiting.length === 0)
      queueMicrotask(() => {
        const those = waiting;
        waiting = [];
        void sendAll(redis, those);
      });
    waiting.push({ args, resolve, reject });
    return promise;
  };
  return { send, close: () => stop.abort(new Error('the client is closed')) };
}

/** One request after another, so that commands are carried out in their order; after one that fails none is sent. */
async function sendAll(redis: Redis, waiting: readonly Waiting[]): Promise<void> {
  for (const batch of batches(waiting))
    try {
      await sendTogether(redis, batch);
    } catch (error) {
      for (const { reject } of waiting) reject(plain(error));
      return;
    }
}

async function sendTogether(redis: Redis, batch: readonly Waiting[]): Promise<void> {
  const pipeline = redis.pipeline();
  for (const { args } of batch) {
    const [name, text = '', count, ...rest] = args;
    const [keys, values] = [rest.slice(0, Number(count)), rest.slice(Number(count))];
    if (name === 'EVALSHA') pipeline.evalsha(text, keys, values);
    else pipeline.eval(text, keys, values);
  }
  const answers: readonly { readonly result?: unknown; readonly error?: string }[] = await pipeline.exec({
    keepErrors: true,
  });
  for (const [n, { resolve, reject }] of batch.entries()) {
    const { result, error } = answers[n] ?? { error: 'ERR the answer is missing' };
    if (error) reject(new ErrorReply(error));
    else resolve(result);
  }
}

/** What is no script is asked seldom, and goes in a request of its own. */
async function alone(redis: Redis, [name = '', ...args]: readonly string[]): Promise<unknown> {
  try {
    return await redis.exec([name, ...args]);
  } catch (error) {
    throw plain(error);
  }
}

function batches(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const made: Waiting[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const each of waiting) {
    const more = each.args.reduce((sum, { length }) => sum + length, 0);
    if (size + more > LARGEST) {
      made.push([]);
      size = 0;
    }
    made.at(-1)?.push(each);
    size += more;
  }
  return made;
}

/** As the server words it: the client adds all that was sent. */
function plain(error: unknown): unknown {
  if (error instanceof errors.UpstashJSONParseError) return new Error('it does not answer in JSON');
  // What the client trips over is another form of JSON; a request that nobody answers has a cause.
  if (error instanceof TypeError && error.cause === undefined)
    return new Error('it does not answer in JSON as it should');
  if (!(error instanceof errors.UpstashError)) {
    // A request that nobody answers has failed for a reason that stands behind it.
    const { cause = error }: { readonly cause?: unknown } = Object(error);
    return cause;
  }
  return new ErrorReply(error.message.split(', command was:')[0] ?? '');
}
