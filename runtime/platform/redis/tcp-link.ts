/** A connection to a Redis server in its own protocol. */
import { createClient, ErrorReply } from '@redis/client';
import type { Link } from './link.ts';

/** @param wait how long (ms) a connection is waited for @param opened told of the link at once, so that it can be closed @throws whatever the client does */
export async function tcpLink(url: string, wait: number, opened: (link: Link) => void): Promise<Link> {
  const socket = { connectTimeout: wait, reconnectStrategy: false } as const;
  // Notices of one product's maintenance would look the host's name up once more, and fail where that does.
  const client = createClient({ url, socket, disableOfflineQueue: true, maintNotifications: 'disabled' });
  let first: unknown;
  client.on('error', error => {
    first ??= error;
  });
  // A connection that ends says only that: why it does was said before, to whoever listens.
  const asFirstSaid = (error: unknown) => {
    throw error instanceof ErrorReply ? error : (first ?? error);
  };
  const link = {
    send: (args: readonly string[]) => client.sendCommand([...args]).catch(asFirstSaid),
    close: () => client.destroy(),
  };
  opened(link);
  await client.connect().catch(asFirstSaid);
  return link;
}
