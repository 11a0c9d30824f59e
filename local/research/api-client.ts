/** Asks a query API, of this machine or of an environment: what has no room now is asked again, what is refused is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../operate/operator-error.ts';
import type { Where } from '../operate/where.ts';
import type { Upstream } from '../page-server/sign.ts';

/** Resolves to the text of an answer. @throws OperatorError with the API's own words where it refuses */
export type Ask = (path: string, query: Readonly<Record<string, string>>) => Promise<string>;

const TRIES = 6;
/** After the first failure, ms; twice as long after each that follows. */
const PAUSE = 500;

export async function apiAt(where: Where): Promise<Ask> {
  if (where.kind === 'local') {
    const endpoint = `http://127.0.0.1:${where.port}`;
    return (path, query) => answered(async () => ({ url: addressOf(endpoint, path, query), headers: {} }));
  }
  // Brings the whole CDK along, which nobody waits for who asks this machine.
  const [{ Deployed }, { deployedApi }, { signed }] = await Promise.all([
    import('../operate/deployed.ts'),
    import('../operate/deployed-api.ts'),
    import('../page-server/sign.ts'),
  ]);
  const upstream: Upstream = await deployedApi(new Deployed(where.environment), undefined);
  return (path, query) => answered(() => signed(upstream, addressOf(upstream.endpoint, path, query), {}));
}

function addressOf(endpoint: string, path: string, query: Readonly<Record<string, string>>): URL {
  return new URL(`${path}?${new URLSearchParams(query)}`, endpoint);
}

type Question = { readonly url: URL; readonly headers: Readonly<Record<string, string>> };

async function answered(question: () => Promise<Question>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const { url, headers } = await question();
    const found = await fetch(url, { headers }).then(
      async reply => ({ status: reply.status, text: await reply.text() }),
      error => ({ status: 0, text: `nothing answers at ${url.origin}: ${causeOf(error)}` }),
    );
    if (found.status === 200) return found.text;
    const passes = found.status === 429 || found.status >= 500 || (found.status === 0 && tries > 1);
    if (!passes || tries === TRIES) throw new OperatorError(wordsOf(found.status, found.text));
    await sleep(PAUSE * 2 ** (tries - 1));
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}

function wordsOf(status: number, text: string): string {
  if (status === 0) return text;
  try {
    const { detail, message }: { detail?: unknown; message?: unknown } = JSON.parse(text);
    return `the API refuses (${status}): ${detail ?? message ?? text}`;
  } catch {
    return `the API answers ${status}: ${text.slice(0, 200)}`;
  }
}
