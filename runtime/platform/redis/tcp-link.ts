/** A connection to a Redis server in its own protocol. */
import { createClient } from '@redis/client';
import type { Link } from './link.ts';

/** @param wait how long (ms) a connection is waited for @throws whatever the client does */
export async function tcpLink(url: string, wait: number, opened: (link: Link) => void): Promise<Link> {
  const socket = { connectTimeout: wait, reconnectStrategy: false } as const;
  const client = createClient({ url, socket, disableOfflineQueue: true });
  // Whoever sends is told; without a listener it would end the process.
  client.on('error', () => undefined);
  const link = {
    send: (args: readonly string[]) => client.sendCommand([...args]),
    close: () => client.destroy(),
  };
  opened(link);
  await client.connect();
  return link;
}
