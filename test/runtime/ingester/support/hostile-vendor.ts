/** A vendor that means harm: it lets every client in, and then sends whatever a test hands it, byte for byte. */
import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';

export class HostileVendor implements AsyncDisposable {
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  #standing: WebSocket | undefined;
  #whenStanding = Promise.withResolvers<WebSocket>();
  /** Sent in answer to a subscription, instead of what it expects. */
  acknowledgement: ((topics: string) => string) | undefined;

  static async start(): Promise<HostileVendor> {
    const vendor = new HostileVendor();
    vendor.#server.on('connection', socket => vendor.#welcome(socket));
    await once(vendor.#server, 'listening');
    return vendor;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the vendor does not listen');
    return `ws://127.0.0.1:${address.port}/stocks`;
  }

  /** Waits for a connection whose subscription stands. */
  standing(): Promise<WebSocket> {
    return this.#whenStanding.promise;
  }

  /** Sends a frame as it is on the connection that stands. */
  async say(frame: string | Buffer): Promise<void> {
    (await this.standing()).send(frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #welcome(socket: WebSocket): void {
    const status = (name: string, message: string) =>
      `[{"ev":"status","status":"${name}","message":"${message}"}]`;
    socket.send(status('connected', 'Connected Successfully'));
    socket.on('message', data => {
      const [, topics] = /"subscribe","params":"([^"]*)"/.exec(String(data)) ?? [];
      if (topics === undefined) return socket.send(status('auth_success', 'authenticated'));
      socket.send(this.acknowledgement?.(topics) ?? status('success', `subscribed to: ${topics}`));
      this.#standing = socket;
      this.#whenStanding.resolve(socket);
    });
    socket.on('close', () => {
      if (socket !== this.#standing) return;
      this.#whenStanding = Promise.withResolvers<WebSocket>();
    });
  }
}
