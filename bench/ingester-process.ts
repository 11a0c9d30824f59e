/** The ingester as a process of its own, bundled and with the flags of its image, on a clock that the benchmark sets. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeBundle } from '../lib/pipeline/bundle.ts';
import type { Usage } from './ingester-worker.ts';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Of Node, as the image sets them. */
export const imageFlags =
  readFileSync(pathOf('../lib/pipeline/ingester.Dockerfile'), 'utf8').match(/--max-[\w=-]+/g) ?? [];

export class IngesterProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts it; its clock stands still at `now` (epoch ms) until it is set. @param environment its variables, but for those of status server and clock */
  static async start(environment: Readonly<Record<string, string>>, now: number): Promise<IngesterProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'barflow-bench-'));
    writeBundle(folder, { entry: 'bench/ingester-worker.ts', file: 'ingester.mjs' });
    const child = fork(join(folder, 'ingester.mjs'), {
      execArgv: imageFlags,
      env: { ...process.env, ...environment, STATUS_PORT: '0', EVENT_CLOCK: '2001-01-01T00:00:00Z@0' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ingester = new IngesterProcess(child, folder);
    await ingester.setClock(now, 0);
    return ingester;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the ingester did not start');
    return this.#child.pid;
  }

  /** Resolves once the ingester lives at that instant (epoch ms), in which time runs at that speed. */
  async setClock(now: number, speed: number): Promise<void> {
    await this.#answer({ type: 'clock', now, speed }, isClockSet);
  }

  usage(): Promise<Usage> {
    return this.#answer('usage', isUsage);
  }

  /** Resolves once it has subscribed. */
  async subscribed(): Promise<void> {
    await this.#answer(undefined, isSubscribed);
  }

  /** Resolves once it has used no processor time to speak of for a while. */
  async rests(): Promise<Usage> {
    for (let before = await this.usage(); ; ) {
      await sleep(500);
      const usage = await this.usage();
      if (usage.processor - before.processor < 0.02) return usage;
      before = usage;
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    if (this.#child.exitCode === null && this.#child.kill('SIGTERM')) await ended;
    await rm(this.#folder, { recursive: true });
  }

  #answer<T>(
    question: object | string | undefined,
    isAnswer: (message: unknown) => message is T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`the ingester ended with ${code}`));
      const hear = (message: unknown) => {
        if (!isAnswer(message)) return;
        this.#child.off('message', hear);
        this.#child.off('exit', died);
        resolve(message);
      };
      this.#child.on('message', hear);
      this.#child.once('exit', died);
      if (question !== undefined) this.#child.send(question);
    });
  }
}

function isUsage(message: unknown): message is Usage {
  return typeof message === 'object' && message !== null && 'processor' in message && 'rss' in message;
}

function isClockSet(message: unknown): message is { readonly type: 'clock set' } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'clock set';
}

function isSubscribed(message: unknown): message is { readonly type: 'subscribed' } {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'subscribed'
  );
}
