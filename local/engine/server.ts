/** A local Kinesis or DynamoDB server in a thread of this process, in memory, on a free port of 127.0.0.1. */
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { account, region } from './account.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import type { Extent, Refusal } from './refusal.ts';
import type { Done, FromServer, PutRecord, ServerSetup, ToServer } from './server-messages.ts';

/** Share of the machine's memory that one server may fill. */
const MEMORY_SHARE = 0.6;

/** Is told of what was put to a tapped stream. */
export type PutListener = (stream: string, records: readonly PutRecord[]) => void;

/** A running server. */
export class LocalServer {
  readonly endpoint: string;
  readonly #kind: 'kinesis' | 'dynamodb';
  readonly #thread: Worker;
  readonly #answers = new Map<number, (writes: number) => void>();
  #onWritten = () => {};
  readonly #onPut = new Set<PutListener>();
  #questions = 0;
  #metrics: AwsMetrics | undefined;

  private constructor(kind: 'kinesis' | 'dynamodb', thread: Worker, port: number) {
    this.#kind = kind;
    this.#thread = thread;
    this.endpoint = `http://127.0.0.1:${port}`;
    thread.on('message', (message: FromServer) => this.#receive(message));
    thread.on('error', error => {
      throw new Error(`the local server at ${this.endpoint} died: ${error.message}`, { cause: error });
    });
  }

  /** Starts a server and resolves once it listens. @param port unless it is taken. @default any free one */
  static start(kind: 'kinesis' | 'dynamodb', port = 0): Promise<LocalServer> {
    const thread = new Worker(fileURLToPath(new URL('./thread/server-thread.ts', import.meta.url)), {
      workerData: { kind, port } satisfies ServerSetup,
      env: { AWS_REGION: region, AWS_ACCOUNT_ID: account },
      resourceLimits: { maxOldGenerationSizeMb: Math.floor((totalmem() / 2 ** 20) * MEMORY_SHARE) },
    });
    return new Promise((resolve, reject) => {
      thread.once('error', reject);
      thread.once('message', (message: FromServer) => {
        thread.removeListener('error', reject);
        if (message.type === 'listening') resolve(new LocalServer(kind, thread, message.port));
        else reject(new Error(`the local ${kind} server said '${message.type}' before it listened`));
      });
    });
  }

  /** From now on calls `listener` alone after every write, before its writer learns that it succeeded. */
  onWritten(listener: () => void): void {
    this.#onWritten = listener;
  }

  /** Calls `listener` for every put to a stream that was given to `tap`. */
  onPut(listener: PutListener): void {
    this.#onPut.add(listener);
  }

  /** Publishes what the server refuses as the metrics of its service. */
  onRefused(metrics: AwsMetrics): void {
    this.#metrics = metrics;
  }

  /** Resolves once nothing of `stream` is dropped any more that `reader` has not said it is done with. */
  async addReader(stream: string, reader: string): Promise<void> {
    await this.#ask(id => ({ type: 'reader', id, stream, reader }));
  }

  /** Says what a reader needs no more. */
  done(what: Done): void {
    this.#thread.postMessage({ type: 'done', ...what } satisfies ToServer);
  }

  /** Resolves once what goes to the stream or table is refused to that extent. */
  async refuse(name: string, extent: Extent): Promise<void> {
    await this.#ask(id => ({ type: 'refuse', id, name, extent }));
  }

  /** Resolves once every later put to `stream` is told to the `onPut` listeners. */
  async tap(stream: string): Promise<void> {
    await this.#ask(id => ({ type: 'tap', id, stream }));
  }

  /** How many writes succeeded so far; every listener has been called for them when this resolves. */
  writes(): Promise<number> {
    return this.#ask(id => ({ type: 'count', id }));
  }

  /** Ends the server and forgets what it held. */
  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  #publish({ name, kind, count }: Refusal): void {
    if (this.#kind === 'kinesis') this.#metrics?.refused(name, count);
    else this.#metrics?.throttled(name, kind);
  }

  #ask(question: (id: number) => ToServer): Promise<number> {
    const id = ++this.#questions;
    return new Promise(resolve => {
      this.#answers.set(id, resolve);
      this.#thread.postMessage(question(id));
    });
  }

  #receive(message: FromServer): void {
    if (message.type === 'refused') this.#publish(message.refusal);
    if (message.type === 'written') this.#onWritten();
    if (message.type === 'put') for (const listener of this.#onPut) listener(message.stream, message.records);
    if (message.type === 'writes') {
      this.#answers.get(message.id)?.(message.writes);
      this.#answers.delete(message.id);
    }
  }
}
