/** A client of the frame server in a process of its own, so that only what it does itself counts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WebSocket } from 'ws';
import type { FrameServer } from './frame-server.ts';
import { isTaken, type Taken } from './harness.ts';

const worker = fileURLToPath(new URL('./frames-worker.ts', import.meta.url));

/** `parse` only parses the frames, `encode` makes records of them, `ingest` is the whole ingester. */
export type FrameClientKind = 'parse' | 'encode' | 'ingest';

export class FrameClient {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;

  private constructor(child: ChildProcess, socket: WebSocket) {
    this.#child = child;
    this.#socket = socket;
  }

  /** Starts the process and resolves once it has subscribed. */
  static async start(kind: FrameClientKind, server: FrameServer): Promise<FrameClient> {
    const subscribed = server.nextSubscribed();
    const child = fork(worker, [kind, server.url], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`the client that was to ${kind} ended with ${code}`);
    });
    return new FrameClient(child, await Promise.race([subscribed, died]));
  }

  /** Sends the frames, which hold that many bars and begin at `now` (epoch ms). @returns what it took the client to take them */
  async take(frames: readonly string[], bars: number, now: number): Promise<Taken> {
    await this.#said(() => this.#child.send({ bars, now }));
    const taken = await this.#said(() => {
      for (const frame of frames) this.#socket.send(frame);
    });
    if (isTaken(taken)) return taken;
    throw new Error('the client said something else than how long it took');
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #said(ask: () => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`the client ended with ${code}`));
      this.#child.once('exit', died);
      this.#child.once('message', message => {
        this.#child.off('exit', died);
        resolve(message);
      });
      ask();
    });
  }
}
