/** What all handlers for Lambda share: what fails is asked for again, what cannot be read is handed over, and no deadline is missed. */
import {
  type KinesisEvent,
  type KinesisEventRecord,
  type Refused,
  refusedOf,
  type Skipped,
  sayRefused,
} from './event.ts';
import type { Found } from './read.ts';

/** What is read of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export type Handler = (event: KinesisEvent, context: LambdaContext) => Promise<BatchResponse>;

/** Settings of every handler. */
export interface Handling {
  /** Takes what cannot be read. @default it is said on standard error, in one line of JSON each */
  readonly onRefused?: (refused: Refused) => unknown;
  /** Is told, once an invocation that has any, how many records were passed over: other producers' and of types of later releases. @default nobody */
  readonly onSkipped?: (skipped: Skipped) => void;
  /** Is told why a piece failed, which is asked for again. @default it is said on standard error, in one line of JSON each */
  readonly onFailed?: (error: unknown) => void;
  /** How many are handed over with one call. @default all of the invocation */
  readonly chunk?: number;
  /** Calls at a time. @default 1: in order, and none after one that fails */
  readonly parallel?: number;
  /** How long before the deadline the signal aborts (ms). @default 2,000 */
  readonly reserve?: number;
}

/** What is handed over, and to whom. */
export interface Handed<Item> {
  /** What they are called, more than one. */
  readonly name: string;
  /** All that is in a record and wanted. */
  readonly find: (record: KinesisEventRecord) => Iterable<Found<Item>>;
  readonly take: (items: readonly Item[], signal: AbortSignal) => unknown;
}

/** One call to make, and the record from which on to ask again if it fails. */
interface Work {
  readonly from: string;
  readonly run: (signal: AbortSignal) => unknown;
}

/** The mapping must report batch item failures. @throws RangeError for settings by which nothing would be handed over */
export function handlerOf<Item>(handed: Handed<Item>, options: Handling): Handler {
  const { name } = handed;
  const { parallel = 1, reserve = 2_000, onFailed = sayFailed(name) } = options;
  const { chunk = Number.POSITIVE_INFINITY } = options;
  if (!(chunk >= 1)) throw new RangeError(`chunk is ${chunk}: use a number of ${name} from 1 on`);
  if (!(parallel >= 1)) throw new RangeError(`parallel is ${parallel}: use a number of calls from 1 on`);
  if (!(reserve >= 0)) throw new RangeError(`reserve is ${reserve}: use milliseconds from 0 on`);
  return async (event, context) => {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error('the invocation is about to time out')),
      Math.max(0, context.getRemainingTimeInMillis() - reserve),
    );
    try {
      const work = workIn(event, handed, options, chunk);
      const failed = await run(work, parallel, deadline.signal, onFailed);
      return answer(event, failed);
    } finally {
      clearTimeout(timer);
    }
  };
}

function workIn<Item>(
  event: KinesisEvent,
  { find, take }: Handed<Item>,
  { onRefused = sayRefused, onSkipped }: Handling,
  chunk: number,
): Work[] {
  const work: Work[] = [];
  const skipped = { kpl: 0, unknownType: 0 };
  let items: Item[] = [];
  for (const record of event.Records) {
    const from = record.kinesis.sequenceNumber;
    for (const found of find(record)) {
      if (found.kind === 'refused') {
        const { reason, data } = found;
        work.push({ from, run: () => onRefused(refusedOf(record, reason, data)) });
      } else if (found.kind === 'skipped') skipped[found.as]++;
      else {
        if (items.length === 0 || items.length >= chunk) {
          const these: Item[] = [];
          items = these;
          work.push({ from, run: signal => take(these, signal) });
        }
        items.push(found.item);
      }
    }
  }
  if (skipped.kpl + skipped.unknownType > 0) onSkipped?.(skipped);
  return work;
}

/** @returns the pieces that failed or were not begun; in order everything behind a failure is left for the next time */
async function run(
  work: readonly Work[],
  parallel: number,
  deadline: AbortSignal,
  onFailed: (error: unknown) => void,
): Promise<Work[]> {
  const waiting = [...work];
  const failed: Work[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        await within(deadline, next.run);
      } catch (error) {
        onFailed(error);
        failed.push(next);
        if (parallel === 1 || deadline.aborted) return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, work.length) }, worker));
  return [...failed, ...waiting];
}

function sayFailed(name: string): (error: unknown) => void {
  return error => {
    const told =
      error instanceof Error
        ? { name: error.name, reason: error.message, stack: error.stack }
        : { reason: String(error) };
    console.error(
      JSON.stringify({ level: 'ERROR', message: `${name} failed: they are asked for again`, ...told }),
    );
  };
}

/** @throws what it throws, or the signal's reason when that aborts first */
async function within(signal: AbortSignal, run: Work['run']): Promise<void> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([run(signal), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** @throws Error when nothing of the batch is done with: Lambda halves what throws, and so finds the record that is to blame; and what goes on is an error by its count only where it throws */
function answer({ Records }: KinesisEvent, failed: readonly Work[]): BatchResponse {
  const first = Records[0]?.kinesis.sequenceNumber;
  if (failed.some(({ from }) => from === first))
    throw new Error(`${failed.length} pieces of the batch failed, the first record's among them`);
  return { batchItemFailures: failed.map(({ from }) => ({ itemIdentifier: from })) };
}
