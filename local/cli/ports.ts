/** The ports of a run: the one of the page, and those after it for what runs beside it, each unless it is taken. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Ports } from '../engine/engine-options.ts';

export interface RunPorts extends Ports {
  /** One a feed. */
  readonly ingesters: readonly number[];
}

/** Where the ingesters of further feeds begin, after the page's. */
const FURTHER = 4;

/** @param page the port that was asked for; 0 takes free ones for all */
export async function portsBeside(page: number, feeds: number): Promise<RunPorts> {
  if (page === 0) return { ingesters: [], kinesis: 0, dynamodb: 0 };
  // The servers look for themselves; an ingester refuses a port that is taken.
  const wanted = [page + 1, ...Array.from({ length: feeds - 1 }, (_, n) => page + FURTHER + n)];
  return { ingesters: await Promise.all(wanted.map(freeOr0)), kinesis: page + 2, dynamodb: page + 3 };
}

async function freeOr0(port: number): Promise<number> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return port;
  } catch {
    return 0;
  } finally {
    server.close();
  }
}
