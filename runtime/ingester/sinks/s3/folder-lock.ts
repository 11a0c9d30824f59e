/** Keeps a folder to one process: two that wrote there would upload each other's parts. */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { codeOf } from '../../../platform/error-code.ts';
import { isListenedTo } from '../../../platform/local-socket.ts';

const NAME = 'in-use';

/** Holds it until the process ends: a socket tells, other than a file, whether who made it still lives. @throws Error when another process has it */
export async function lockFolder(folder: string): Promise<void> {
  const path = join(folder, NAME);
  try {
    await listen(path);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    if (await isListenedTo(path)) throw new Error(`another process writes in ${folder}`);
    await rm(path, { force: true });
    await listen(path);
  }
}

async function listen(path: string): Promise<void> {
  const server = createServer(socket => socket.destroy());
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(path, listening.resolve);
  await listening.promise;
  server.unref();
}
