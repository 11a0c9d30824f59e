/** Tasks of ECS services: child processes of this one, restarted when they end, stopped by SIGTERM and then SIGKILL. */
import { type ChildProcess, type Serializable, spawn } from 'node:child_process';
import { once } from 'node:events';
import { atExit } from './at-exit.ts';
import type { Container } from './container.ts';
import type { Named } from './named.ts';
import { collect, type Listeners } from './output.ts';
import { backoff, pause } from './pause.ts';

/** A task that ran this long counts as started: its next restart does not wait longer than the first (ms). */
const STABLE_AFTER = 60_000;
const RESTART_BASE = 1_000;
const RESTART_LIMIT = 15_000;

/** What a task needs beyond its container. */
export interface TaskContext {
  /** What others refer to the service by. */
  readonly service: string;
  /** Variables that lead an AWS SDK to the local servers. */
  readonly aws: Readonly<Record<string, string>>;
  /** The caller's variables, as they are now. */
  readonly overridden: () => Record<string, string>;
  readonly listeners: Listeners;
  readonly say: (line: string) => void;
  /** Longest wait before a restart (ms). */
  readonly restartLimitMs?: number | undefined;
}

/** One task of a service. Like in ECS it is replaced whenever its process ends, whatever its exit code. */
export class LocalTask implements Named {
  /** Construct path of the service. */
  readonly path: string;
  /** Name of the container. */
  readonly name: string;
  readonly #container: Container;
  readonly #context: TaskContext;
  readonly #onMessage = new Set<(message: unknown) => void>();
  readonly #onStart = new Set<() => void>();
  readonly #onEnd = new Set<() => void>();
  readonly #stop = new AbortController();
  #child: ChildProcess | undefined;
  /** Variables of the latest process. */
  #variables: Record<string, string> = {};
  #running: Promise<void> | undefined;
  #restarts = 0;

  constructor(path: string, container: Container, context: TaskContext) {
    this.path = path;
    this.name = container.name;
    this.#container = container;
    this.#context = context;
  }

  /** What events and other resources refer to the service by. */
  get service(): string {
    return this.#context.service;
  }

  /** Process id while the task runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often the process was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Calls `listener` with every message of the process, of this one and of those that replace it. */
  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage.add(listener);
  }

  /** Calls `listener` whenever a process was started, at once if one runs. */
  onStart(listener: () => void): void {
    this.#onStart.add(listener);
    if (this.#child !== undefined) listener();
  }

  /** Calls `listener` whenever a process has ended. */
  onEnd(listener: () => void): void {
    this.#onEnd.add(listener);
  }

  /** Whether its container's health check succeeds now, with the variables of the process; one without a check is well while it runs. */
  async isHealthy(): Promise<boolean> {
    if (this.#child === undefined) return false;
    const { healthCheck, folder } = this.#container;
    if (healthCheck === undefined) return true;
    const check = spawn(process.execPath, [...healthCheck.arguments], {
      ...{ cwd: folder, env: this.#variables, stdio: 'ignore' },
    });
    const forget = atExit(() => check.kill('SIGKILL'));
    const [code]: unknown[] = await once(check, 'exit');
    forget();
    return code === 0;
  }

  /** Sends a message to the process; false when none listens. One that ends before it reads it never does. */
  send(message: Serializable): boolean {
    const child = this.#child;
    if (child?.connected !== true) return false;
    child.send(message, () => undefined);
    return true;
  }

  /** Starts the process and keeps it running. */
  start(): void {
    this.#running ??= this.#keepRunning();
  }

  /** Sends `signal` to the process, so that it can be seen to die and come back. */
  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** SIGTERM, after the stop timeout SIGKILL; resolves to the exit code, `null` after a signal, when the process is gone. */
  async stop(): Promise<number | null> {
    this.#stop.abort();
    const child = this.#child;
    const timer = setTimeout(() => child?.kill('SIGKILL'), this.#container.stopTimeoutMs);
    child?.kill('SIGTERM');
    await this.#running;
    clearTimeout(timer);
    return child?.exitCode ?? null;
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 1; ; failures++) {
      const startedAt = performance.now();
      const ending = await this.#run();
      if (signal.aborted) return;
      if (performance.now() - startedAt >= STABLE_AFTER) failures = 1;
      const limit = this.#context.restartLimitMs ?? RESTART_LIMIT;
      this.#context.say(`${this.path}: container ${this.name} ended with ${ending}; it is started again`);
      await pause(backoff(failures, RESTART_BASE, limit), signal);
      if (signal.aborted) return;
      this.#restarts++;
    }
  }

  /** Runs one process to its end and says how it ended. */
  async #run(): Promise<string> {
    const { folder, variables, arguments: words } = this.#container;
    this.#variables = { TZ: 'UTC', ...this.#context.aws, ...variables, ...this.#context.overridden() };
    const child = spawn(process.execPath, [...words], {
      cwd: folder,
      env: this.#variables,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Out of the terminal's reach: its Ctrl-C is for us, and we say when the task ends.
      detached: true,
    });
    this.#child = child;
    const forget = atExit(() => child.kill('SIGKILL'));
    child.on('message', message => {
      for (const listener of this.#onMessage) listener(message);
    });
    const exit = once(child, 'close');
    const { stdout, stderr } = child;
    for (const stream of [stdout, stderr])
      if (stream !== null) void collect(this.path, stream, this.#context.listeners);
    for (const listener of this.#onStart) listener();
    await exit;
    forget();
    this.#child = undefined;
    for (const listener of this.#onEnd) listener();
    return child.exitCode === null ? String(child.signalCode) : `exit code ${child.exitCode}`;
  }
}
