/** Thread that asks an API again and again at an even pace, whatever becomes of the answers, and tells how long each took. */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { signed, type Upstream } from '../local/page-server/sign.ts';

export interface Asking {
  readonly upstream: Upstream;
  /** Asked in turns: path and query. */
  readonly questions: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

/** Of each question, how long answers took (ms, from when it was due), and how many were none. */
export interface Asked {
  readonly spans: readonly (readonly number[])[];
  readonly failures: number;
}

/** What is not answered by then failed, ms. */
const PATIENCE = 20_000;

const { upstream, questions, perSecond, seconds }: Asking = workerData;
const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const spans: number[][] = questions.map(() => []);
const began = performance.now();
let failures = 0;

/** Signed once: a signature is good for minutes, and who asks would take the processors from who answers. */
const signedQuestions = await Promise.all(
  questions.map(question =>
    signed(upstream, new URL(question, upstream.endpoint), { 'accept-encoding': 'gzip' }),
  ),
);

async function ask(index: number, due: number): Promise<void> {
  const question = signedQuestions[index];
  if (question === undefined) throw new RangeError(`there is no question ${index}`);
  const { url, headers } = question;
  const status = await new Promise<number>(resolve => {
    get(url, { agent, headers, timeout: PATIENCE }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    })
      .on('timeout', () => resolve(0))
      .on('error', () => resolve(0));
  });
  if (status === 200) spans[index]?.push(performance.now() - due);
  else failures++;
}

const asked: Promise<void>[] = [];
for (let count = 0; count < perSecond * seconds; count++) {
  const due = began + (count * 1_000) / perSecond;
  const early = due - performance.now();
  if (early > 0) await sleep(early);
  asked.push(ask(count % questions.length, due));
}
await Promise.all(asked);
agent.destroy();
parentPort?.postMessage({ spans, failures } satisfies Asked);
