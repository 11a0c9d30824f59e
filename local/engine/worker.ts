/** Thread that stands for one execution environment of a Lambda function: loads the bundle, runs one event at a time. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { EventClock } from '../../runtime/platform/clock.ts';
import type { TimedContext } from '../../runtime/platform/invocation-time.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts';

const parent = parentPort;
if (parent === null) throw new Error('worker.ts runs only as a worker thread of the engine');

const setup: WorkerSetup = workerData;
type Handler = (event: unknown, context: object) => unknown;

/** Posts `message` after everything printed so far has arrived: a stream's write returns once its reader has it. */
async function postAfterOutput(message: FromWorker): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise(resolve => stream.write('', resolve));
  parent?.postMessage(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}

async function load(): Promise<Handler> {
  const module: Record<string, unknown> = await import(pathToFileURL(setup.file).href);
  const handler = module[setup.exportName];
  if (typeof handler !== 'function')
    throw new Error(`${setup.file} exports no function '${setup.exportName}'`);
  return (event, context) => handler(event, context);
}

async function invoke(handler: Handler, { requestId, event, timeoutMs, time }: ToWorker): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const clock = new EventClock(time);
  clock.set(time);
  const timed: TimedContext = { getEventTimeInMillis: () => clock.now() };
  const context = {
    ...timed,
    awsRequestId: requestId,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMiB),
    logGroupName: `/aws/lambda/${setup.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
  try {
    const result = await handler(event, context);
    // What Lambda returns is JSON: what does not survive that must not arrive here either.
    await postAfterOutput({ type: 'succeeded', result: JSON.parse(JSON.stringify(result ?? null)) });
  } catch (error) {
    await postAfterOutput({ type: 'failed', reason: describe(error) });
  }
}

try {
  const handler = await load();
  parent.on('message', (invocation: ToWorker) => void invoke(handler, invocation));
  await postAfterOutput({ type: 'ready' });
} catch (error) {
  await postAfterOutput({ type: 'unready', reason: describe(error) });
}
