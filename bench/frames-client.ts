/** A client of the frame server in a process of its own, so that only what it does itself counts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FrameServer } from './frame-server.ts';
import { isTaken, type Taken } from './harness.ts';

const worker = fileURLToPath(new URL('./frames-worker.ts', import.meta.url));

/** `parse` only parses the frames, `encode` makes records of them, `ingest` is the whole ingester. */
export type FrameClientKind = 'parse' | 'encode' | 'ingest';

export class FrameClient {
  readonly #child: ChildProcess;
  readonly #server: FrameServer;
  readonly #died: Promise<never>;

  private constructor(child: ChildProcess, server: FrameServer, died: Promise<never>) {
    this.#child = child;
    this.#server = server;
    this.#died = died;
  }

  /**
   * Starts the process and resolves once it has subscribed.
   * @param server its own: who takes frames there is this client
   */
  static async start(kind: FrameClientKind, server: FrameServer): Promise<FrameClient> {
    const child = fork(worker, [kind, server.url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`the client that was to ${kind} ended with ${code}`);
    });
    // Nobody may wait for it when it is stopped.
    died.catch(() => undefined);
    await Promise.race([server.subscribed(), died]);
    return new FrameClient(child, server, died);
  }

  /**
   * Sends the frames, which hold that many bars and begin at `now` (epoch ms), on the connection that it has now.
   * @returns what it took the client to take them
   * @throws Error when that connection ends meanwhile: what was on its way is lost, and nothing was measured
   */
  async take(frames: Iterable<string>, bars: number, now: number): Promise<Taken> {
    await this.#said(() => this.#child.send({ bars, now }));
    const socket = await Promise.race([this.#server.subscribed(), this.#died]);
    const over = new AbortController();
    const lost = once(socket, 'close', over).then(() => {
      throw new Error('the client lost its connection while it took frames: measure on a calmer machine');
    });
    lost.catch(() => undefined);
    const said = this.#said(() => {
      for (const frame of frames) socket.send(frame);
    });
    const taken = await Promise.race([said, lost]).finally(() => over.abort());
    if (isTaken(taken)) return taken;
    throw new Error('the client said something else than how long it took');
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  async #said(ask: () => void): Promise<unknown> {
    const message = once(this.#child, 'message').then(([said]) => said);
    ask();
    return Promise.race([message, this.#died]);
  }
}
