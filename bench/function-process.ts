/** A roll-up function in a process of its own, as Lambda runs it: empty at first, then warm. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { KinesisStreamEvent } from 'aws-lambda';
import { isTaken, type Taken } from './harness.ts';

const worker = fileURLToPath(new URL('./handler-worker.ts', import.meta.url));

export class FunctionProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts the process and resolves once the handler is loaded. */
  static async start(environment: Readonly<Record<string, string>>): Promise<FunctionProcess> {
    const child = fork(worker, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return new FunctionProcess(child);
  }

  /** Serves one event. @throws when the process ends instead */
  serve(event: KinesisStreamEvent): Promise<Taken> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`the function's process ended with ${code}`));
      this.#child.once('exit', died);
      this.#child.once('message', message => {
        this.#child.off('exit', died);
        if (isTaken(message)) resolve(message);
        else reject(new Error('the function said something else than how long it took'));
      });
      this.#child.send(event);
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
