/** A real Redis server of a test's own, where the machine has one; `REDIS_SERVER` names another program, such as that of Valkey. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from '@redis/client';
import { Folder } from '../../../support/folder.ts';
import { freePorts } from '../../../support/free-ports.ts';
import { suitesWhere } from '../../../support/skipped.ts';
import { eventually } from './eventually.ts';

const PROGRAM = process.env['REDIS_SERVER'] ?? 'redis-server';
export const hasRedis = spawnSync(PROGRAM, ['--version']).status === 0;
const { describe, test } = suitesWhere(hasRedis, `${PROGRAM} is not installed`);

export { describe as describeWithRedis, test as testWithRedis };

export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder = new Folder();
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePorts(1));
    await server.begin(...options);
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty, at the same port. */
  async begin(...options: string[]): Promise<void> {
    const args = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder.path];
    const child = spawn(PROGRAM, [...args, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    let said = '';
    child.stdout?.on('data', data => {
      said += data;
    });
    let isGone = false;
    child.once('close', () => {
      isGone = true;
    });
    await eventually(() => said.includes('Ready to accept connections') || isGone);
    if (isGone) throw new Error(`${PROGRAM} does not start: ${said}`);
  }

  async end(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
    this.#child = undefined;
  }

  /** Lets it answer nobody until it is woken, or answer again. */
  signal(sign: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(sign);
  }

  /** What a user's own client is answered. */
  async ask(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    this.#folder[Symbol.dispose]();
  }
}
