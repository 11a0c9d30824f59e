/** Ports of this machine that nothing listens on. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** The first of so many free ports in a row. Whoever is quicker may take them. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const servers = [createServer()];
    const first = await listening(servers[0], 0);
    for (let next = 1; next < count && first !== undefined; next++) {
      const server = createServer();
      servers.push(server);
      if ((await listening(server, first + next)) === undefined) break;
    }
    const isFree = servers.length === count && servers.every(server => server.listening);
    for (const server of servers) server.close();
    if (isFree && first !== undefined) return first;
  }
}

async function listening(server: Server | undefined, port: number): Promise<number | undefined> {
  const isListening = server && once(server.listen(port, '127.0.0.1'), 'listening').then(() => true);
  const address = (await isListening?.catch(() => false)) ? server?.address() : undefined;
  return typeof address === 'object' ? address?.port : undefined;
}
