/** A vendor's WebSocket that lets everybody in and sends the frames it is given as they are. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { encodeStatus, statuses, subscribedTo } from '../local/simulator/statuses.ts';

export class FrameServer {
  readonly #server: WebSocketServer;
  readonly #http = createServer();
  readonly #sockets: Socket[] = [];
  #subscribed = Promise.withResolvers<WebSocket>();

  private constructor(compression: boolean) {
    this.#http.on('connection', socket => this.#sockets.push(socket));
    this.#server = new WebSocketServer({ server: this.#http, perMessageDeflate: compression });
    this.#server.on('connection', socket => {
      socket.on('message', data => this.#answer(socket, String(data)));
      say(socket, statuses.connected);
    });
  }

  /** @param compression whether it compresses for who offers to take it so. @default it does not */
  static async start(compression = false): Promise<FrameServer> {
    const server = new FrameServer(compression);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  /** `ws://127.0.0.1:PORT/stocks` */
  get url(): string {
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('the frame server has no port');
    return `ws://127.0.0.1:${address.port}/stocks`;
  }

  /** Bytes that it has sent, on all connections. */
  get bytes(): number {
    return this.#sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
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
    this.#server.close();
    await new Promise<void>(resolve => this.#http.close(() => resolve()));
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
