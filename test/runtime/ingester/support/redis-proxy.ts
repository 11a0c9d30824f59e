/** Stands between the sink and a Redis server, and lets through what a test wants. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class RedisProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What is answered in the server's place to what holds a script. */
  reply: string | undefined;
  /** Bytes that are let through before both sides are cut off. */
  bytesLeft = Number.POSITIVE_INFINITY;

  private constructor(port: number) {
    this.#server = createServer(inner => this.#join(inner, connect(port, '127.0.0.1')));
  }

  /** @param port of the server behind it */
  static async start(port: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(inner: Socket, outer: Socket): void {
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => other.destroy());
    }
    outer.pipe(inner);
    inner.on('data', (data: Buffer) => {
      const scripts = data.toString('latin1').split('EVALSHA').length - 1;
      if (this.reply !== undefined && scripts > 0) return void inner.write(this.reply.repeat(scripts));
      const part = data.subarray(0, this.bytesLeft);
      this.bytesLeft -= part.length;
      outer.write(part);
      if (part.length === data.length) return;
      this.bytesLeft = Number.POSITIVE_INFINITY;
      outer.end();
    });
  }
}
