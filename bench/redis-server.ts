/** A Redis server of a benchmark's own, and what it counts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from '@redis/client';

type Client = ReturnType<typeof clientFor>;

export interface ServerCounts {
  /** Commands, those of scripts included: what a server by the command is paid for. */
  readonly commands: number;
  /** Processor seconds. */
  readonly processor: number;
}

export class BenchRedis implements AsyncDisposable {
  readonly url: string;
  readonly client: Client;
  readonly #child: ChildProcess;

  private constructor(url: string, client: Client, child: ChildProcess) {
    this.url = url;
    this.client = client;
    this.#child = child;
  }

  /** @throws Error where none is installed */
  static async start(): Promise<BenchRedis> {
    const port = await freePort();
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.on('error', error => {
      throw new Error(`redis-server cannot be started: install it (${error.message})`);
    });
    for await (const data of child.stdout ?? []) if (`${data}`.includes('Ready to accept')) break;
    const url = `redis://127.0.0.1:${port}`;
    const client = clientFor(url);
    await client.connect();
    return new BenchRedis(url, client, child);
  }

  async counts(): Promise<ServerCounts> {
    const info = await this.client.info('all');
    const value = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
    return {
      commands: [...info.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)]
        .filter(([, name]) => name !== 'info')
        .reduce((sum, [, , calls]) => sum + Number(calls), 0),
      processor: value('used_cpu_user') + value('used_cpu_sys'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    const exited = once(this.#child, 'exit');
    this.#child.kill();
    await exited;
  }
}

function clientFor(url: string) {
  return createClient({ url });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
