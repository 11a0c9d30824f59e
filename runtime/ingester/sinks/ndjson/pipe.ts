/** A named pipe to write to, as to standard output: nothing waits for its reader, neither the start nor the end. */
import { constants, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/** @returns undefined where there is none of that name. @throws the system's error, ENXIO where nobody reads it */
export function openPipe(path: string): Writable | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return undefined;
  // Otherwise the system lets whoever opens it wait for a reader, and the end of the process waits for that.
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: false, writable: true });
}
