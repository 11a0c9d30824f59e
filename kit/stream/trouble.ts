/** What of AWS passes by itself, and how long to wait for it. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Names of errors and codes; SDKs wrap some of them and keep the name in the message alone. */
const PASSING =
  /ProvisionedThroughputExceeded|LimitExceeded|Throttling|Internal(?:Server)?Failure|ServiceUnavailable|TimeoutError|RequestTimeout|NetworkingError|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_HTTP2_\w+/;
const LONGEST_WAIT = 10_000;

/** Whether another attempt may succeed although nobody does anything: throttling, faults of the service, a network that is away. */
export function passes(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, $fault }: { code?: unknown; $fault?: unknown } = Object(error);
  return $fault === 'server' || PASSING.test(`${error.name} ${code} ${error.message}`);
}

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** Half of it random, so that many who were refused at once do not come back at once. @param first ms */
export async function waitAfter(failures: number, first: number, signal: AbortSignal): Promise<void> {
  const ceiling = Math.min(LONGEST_WAIT, first * 2 ** Math.min(failures, 20));
  await sleep(ceiling / 2 + (Math.random() * ceiling) / 2, undefined, { signal });
}
