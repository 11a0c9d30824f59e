/** Endpoints of ZeroMQ: what can be one, and whether it is free. */
import { lstatSync } from 'node:fs';
import { isListenedTo } from '../../../platform/local-socket.ts';

export const endpointForm = '`tcp://<host>:<port>` or `ipc://<path>`';

const TCP = /^tcp:\/\/[^\s:/]+:(\d+|\*)$/;
const IPC = /^ipc:\/\/\S+$/;
const LAST_PORT = 65_535;
/** A star is whatever is free. */
const ANY = /^(tcp:\/\/(\*:.*|.*:\*)|ipc:\/\/\*)$/;
/** A path of the file system: other names are of no file, or of one that ZeroMQ makes. */
const PATH = /^ipc:\/\/([^@*].*)$/;

/** @throws RangeError for what is none */
export function endpointIn(text: string): string {
  const [, port] = TCP.exec(text) ?? [];
  // ZeroMQ would take the rest of a larger port by 65536.
  if (IPC.test(text) || port === '*' || (Number(port) > 0 && Number(port) <= LAST_PORT)) return text;
  throw new RangeError(`'${text}' is no endpoint: use tcp://127.0.0.1:5556 or ipc://<path>`);
}

/** Whether it says that somebody listens at whatever is free, which nobody could connect to. */
export function isAnyFree(endpoint: string): boolean {
  return ANY.test(endpoint);
}

/** Whoever listens at a path takes it away from who has it, be it a process or a file. @throws Error with the code of the system's that a port has */
export async function expectFree(endpoint: string): Promise<void> {
  const [, path] = PATH.exec(endpoint) ?? [];
  const there = path === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (path === undefined || there === undefined) return;
  if (!there.isSocket()) throw Object.assign(new Error('it is no socket'), { code: 'EEXIST' });
  if (await isListenedTo(path)) throw Object.assign(new Error('it is taken'), { code: 'EADDRINUSE' });
}
