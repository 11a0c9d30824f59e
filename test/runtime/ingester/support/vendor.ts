/** A vendor that says exactly what a test scripts, over a real socket. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { Mailbox } from '../../../../runtime/platform/mailbox.ts';

type Command = { readonly action: string; readonly params: string };

/** One client's connection, seen from the vendor. */
export class Client {
  readonly socket: WebSocket;
  readonly #commands: AsyncIterator<Command>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    const commands = new Mailbox<Command>();
    socket.on('message', data => commands.send(JSON.parse(String(data))));
    socket.on('close', () => commands.close());
    this.#commands = commands[Symbol.asyncIterator]();
  }

  /** The next command; undefined when the client is gone. */
  async command(): Promise<Command | undefined> {
    const { value, done } = await this.#commands.next();
    return done ? undefined : value;
  }

  frame(...events: unknown[]): void {
    this.socket.send(JSON.stringify(events));
  }

  status(status: string, message = ''): void {
    this.frame({ ev: 'status', status, message });
  }

  /** Lets it in and acknowledges its first subscription. @returns the topics. */
  async welcome(): Promise<string[]> {
    this.status('connected', 'Connected Successfully');
    await this.command();
    this.status('auth_success', 'authenticated');
    const topics = (await this.command())?.params.split(',') ?? [];
    this.frame(
      ...topics.map(topic => ({ ev: 'status', status: 'success', message: `subscribed to: ${topic}` })),
    );
    return topics;
  }
}

export class ScriptedVendor implements AsyncDisposable {
  readonly #server: WebSocketServer;
  readonly #clients: AsyncIterator<Client>;
  /** How many clients have ever connected. */
  connections = 0;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    const clients = new Mailbox<Client>();
    server.on('connection', socket => {
      this.connections++;
      clients.send(new Client(socket));
    });
    this.#clients = clients[Symbol.asyncIterator]();
  }

  /** @param compresses whether it compresses frames for clients that offer to read them so */
  static async start(compresses = false): Promise<ScriptedVendor> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: compresses });
    const vendor = new ScriptedVendor(server);
    await once(server, 'listening');
    return vendor;
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the vendor does not listen');
    return `ws://127.0.0.1:${address.port}/stocks`;
  }

  /** Waits for the next client. */
  async client(): Promise<Client> {
    const { value, done } = await this.#clients.next();
    if (done) throw new Error('the vendor is closed');
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}
