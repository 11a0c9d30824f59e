/** A vendor's WebSocket that lets everybody in and sends the frames it is given as they are. */
import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import { encodeStatus, statuses, subscribedTo } from '../local/simulator/statuses.ts';

export class FrameServer {
  readonly #server: WebSocketServer;
  #subscribed = Promise.withResolvers<WebSocket>();

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

  /** The connection that is subscribed; while there is none, the next one that is. Clients connect anew when they lose one. */
  subscribed(): Promise<WebSocket> {
    return this.#subscribed.promise;
  }

  /** Breaks all connections off. */
  drop(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #answer(socket: WebSocket, text: string): void {
    const { action, params }: { action?: unknown; params?: unknown } = Object(JSON.parse(text));
    if (action === 'auth') say(socket, statuses.authenticated);
    if (action !== 'subscribe') return;
    for (const topic of String(params).split(',')) say(socket, subscribedTo(topic));
    this.#take(socket);
  }

  /** Of several connections the newest counts, until it ends. */
  #take(socket: WebSocket): void {
    this.#subscribed.resolve(socket);
    const subscribed = Promise.withResolvers<WebSocket>();
    subscribed.resolve(socket);
    this.#subscribed = subscribed;
    socket.once('close', () => {
      if (this.#subscribed === subscribed) this.#subscribed = Promise.withResolvers<WebSocket>();
    });
  }
}

function say(socket: WebSocket, status: Parameters<typeof encodeStatus>[0]): void {
  socket.send(`[${encodeStatus(status)}]`);
}
