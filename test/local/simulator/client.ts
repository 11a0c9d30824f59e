/** A plain client of the simulated vendor for tests: every frame it gets, in order, with waiting built in. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface WireEvent {
  readonly ev: string;
  readonly status?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}

export class Client {
  readonly frames: WireEvent[][] = [];
  readonly socket: WebSocket;
  /** Resolves with the close code when the connection has ended. */
  readonly closed: Promise<number>;
  #waiting: { count: number; resolve: () => void }[] = [];

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.closed = new Promise(resolve => this.socket.on('close', code => resolve(code)));
    this.socket.on('message', data => {
      this.frames.push(JSON.parse(String(data)));
      this.#waiting = this.#waiting.filter(({ count, resolve }) => {
        if (this.frames.length < count) return true;
        resolve();
        return false;
      });
    });
  }

  /** Connects, authenticates and subscribes; resolves when all of it was acknowledged. */
  static async subscribed(url: string, params: string, key = 'key'): Promise<Client> {
    const client = new Client(url);
    await client.until(1);
    client.send('auth', key);
    client.send('subscribe', params);
    await client.until(3);
    return client;
  }

  send(action: string, params: string): void {
    this.socket.send(JSON.stringify({ action, params }));
  }

  /** Resolves when so many frames have come since the start. */
  until(count: number): Promise<void> {
    if (this.frames.length >= count) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push({ count, resolve }));
  }

  /** Resolves when everything the vendor sent before now has come. */
  async settled(): Promise<void> {
    this.socket.ping();
    await once(this.socket, 'pong');
  }

  get events(): WireEvent[] {
    return this.frames.flat();
  }

  get statuses(): WireEvent[] {
    return this.events.filter(({ ev }) => ev === 'status');
  }

  get bars(): WireEvent[] {
    return this.events.filter(({ ev }) => ev !== 'status');
  }
}
