/** One execution environment of a function: a thread that is started when needed and replaced when it dies. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { AwsMetrics } from './aws-metrics.ts';
import { collect, type Listeners } from './output.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts';

/** `crash`: the function dies without a word. `throttle`: it is not run at all. `slow`: it answers half a second later. */
export type FunctionFault = 'crash' | 'throttle' | 'slow';

/** ms of the machine's clock. */
const SLOWED_BY = 500;

/** What a function's environments have in common. */
export interface EnvironmentSetup extends WorkerSetup {
  /** Construct path of the function, for messages. */
  readonly path: string;
  readonly timeoutMs: number;
  /** The variables that its code sees, worked out anew for every thread. */
  readonly variables: () => Record<string, string>;
  readonly listeners: Listeners;
  readonly awsMetrics: AwsMetrics;
  /** What invocations run into at the moment. */
  readonly fault: () => FunctionFault | undefined;
}

/** An invocation that did not return: the handler threw, ran out of time or memory, or its thread was killed. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
}

/** An invocation that never began: too many run already. */
export class ThrottledError extends InvocationError {}

/** Waits for the next message of the thread. */
interface Waiter {
  resolve(message: FromWorker): void;
  reject(error: Error): void;
}

/** Runs one event at a time, like an execution environment of Lambda. */
export class FunctionEnvironment {
  readonly #setup: EnvironmentSetup;
  #thread: Worker | undefined;
  /** The thread, once its code is loaded: who asks meanwhile waits for the same. */
  #loaded: Promise<Worker> | undefined;
  #waiter: Waiter | undefined;
  #isOver = false;

  constructor(setup: EnvironmentSetup) {
    this.#setup = setup;
  }

  /**
   * Loads the function's code if it is not loaded.
   * @throws InvocationError when the code cannot be loaded, or the environment was ended
   */
  async start(): Promise<Worker> {
    if (this.#isOver) throw new InvocationError(`${this.#setup.path} is not run: the stage has ended`);
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<Worker> {
    const { path, file, exportName, functionName, functionArn, memoryMiB } = this.#setup;
    const workerData: WorkerSetup = { file, exportName, functionName, functionArn, memoryMiB };
    const thread = new Worker(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      workerData,
      env: this.#setup.variables(),
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
    });
    this.#thread = thread;
    void collect(path, thread.stdout, this.#setup.listeners);
    void collect(path, thread.stderr, this.#setup.listeners);
    let cause = 'its thread was killed';
    thread.on('message', (message: FromWorker) => this.#waiter?.resolve(message));
    thread.on('error', error => {
      cause = error.message;
    });
    thread.on('exit', () => {
      if (this.#thread === thread) this.#forget();
      this.#waiter?.reject(new InvocationError(`${path} failed: ${cause}`));
    });
    const message = await this.#next();
    if (message.type === 'ready') return thread;
    await this.kill();
    const reason = message.type === 'unready' ? message.reason : `said '${message.type}' before it was ready`;
    throw new InvocationError(`${path} cannot be loaded: ${reason}`);
  }

  /**
   * Runs the handler with `event` and resolves to what it returns.
   * @throws InvocationError when it throws or takes longer than the function's timeout, which ends the thread
   */
  async invoke(event: unknown): Promise<unknown> {
    const { path, functionName, awsMetrics, fault } = this.#setup;
    const startedAt = performance.now();
    if (fault() === 'throttle') {
      awsMetrics.invoked(functionName, 'throttled', 0);
      throw new ThrottledError(`${path} failed: rate exceeded`);
    }
    let outcome: 'succeeded' | 'failed' = 'failed';
    try {
      const result = await this.#run(event);
      outcome = 'succeeded';
      return result;
    } finally {
      awsMetrics.invoked(functionName, outcome, performance.now() - startedAt);
    }
  }

  async #run(event: unknown): Promise<unknown> {
    const { path, timeoutMs, awsMetrics, fault } = this.#setup;
    if (fault() === 'crash') {
      await this.kill();
      throw new InvocationError(`${path} failed: the process crashed`);
    }
    if (fault() === 'slow') await sleep(SLOWED_BY);
    const thread = await this.start();
    const answer = this.#next();
    const invocation: ToWorker = { requestId: randomUUID(), event, timeoutMs, time: awsMetrics.time.state };
    thread.postMessage(invocation);
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      void thread.terminate();
    }, timeoutMs);
    try {
      const message = await answer;
      if (message.type === 'succeeded') return message.result;
      const reason = message.type === 'failed' ? message.reason : `said '${message.type}'`;
      throw new InvocationError(`${path} failed: ${reason}`);
    } catch (error) {
      if (!expired) throw error;
      throw new InvocationError(`${path} failed: timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the thread at once, in the middle of what it does; the next invocation starts another. */
  async kill(): Promise<void> {
    const thread = this.#thread;
    this.#forget();
    await thread?.terminate();
  }

  /** Ends the thread at once, and starts no other: whoever still waits for one is refused. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.kill();
  }

  #forget(): void {
    this.#thread = undefined;
    this.#loaded = undefined;
  }

  #next(): Promise<FromWorker> {
    return new Promise<FromWorker>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    }).finally(() => {
      this.#waiter = undefined;
    });
  }
}
