/** A vendor's WebSocket that lets everybody in and sends the frames it is given as they are. */
import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import { encodeStatus, statuses, subscribedTo } from '../local/simulator/statuses.ts';

export class FrameServer {
  readonly #server: WebSocketServer;
  #subscribed: ((socket: WebSocket) => void) | undefined;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', socket => {
      socket.on('message', data => this.#answer(socket, String(data)));
      say(socket, statuses.connected);
    });
  }

  static async start(): Promise<FrameServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    await once(server, 'listening');
    return new FrameServer(server);
  }

  /** `ws://127.0.0.1:PORT/stocks` */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the frame server has no port');
    return `ws://127.0.0.1:${address.port}/stocks`;
  }

  /** Resolves with the next connection that subscribes. */
  nextSubscribed(): Promise<WebSocket> {
    return new Promise(resolve => {
      this.#subscribed = resolve;
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #answer(socket: WebSocket, text: string): void {
    const { action, params }: { action?: unknown; params?: unknown } = Object(JSON.parse(text));
    if (action === 'auth') say(socket, statuses.authenticated);
    if (action !== 'subscribe') return;
    for (const topic of String(params).split(',')) say(socket, subscribedTo(topic));
    this.#subscribed?.(socket);
  }
}

function say(socket: WebSocket, status: Parameters<typeof encodeStatus>[0]): void {
  socket.send(`[${encodeStatus(status)}]`);
}
