/** Redrives what Lambda gave up: the same batches, with the sequence numbers they had, through the same function. */
import * as v from 'valibot';

/** Where given-up batches lie, one object each. */
export interface FailureStore {
  /** Keys of the batches that have not been redriven. */
  keys(): Promise<readonly string[]>;
  read(key: string): Promise<string>;
  /** Files the batch as redriven, so that it is not taken again. */
  file(key: string): Promise<void>;
}

export interface RedriveFailures {
  readonly store: FailureStore;
  /** Runs the function on an event; resolves to what it returns. @throws when it fails */
  readonly invoke: (event: string) => Promise<unknown>;
  /** Whether to act, or only to say what there is. */
  readonly act: boolean;
  readonly say: (line: string) => void;
}

/** What a redrive came to. */
export interface Redriven {
  readonly found: number;
  readonly done: number;
  /** Could not be redriven, and were left where they are. */
  readonly left: number;
}

/** As Lambda writes it for a stream: the payload is the whole event as text. */
const objectSchema = v.object({
  requestContext: v.object({ condition: v.string() }),
  KinesisBatchInfo: v.object({
    shardId: v.string(),
    startSequenceNumber: v.string(),
    approximateArrivalOfFirstRecord: v.string(),
    batchSize: v.number(),
  }),
  payload: v.string(),
});

const reportSchema = v.nullish(v.object({ batchItemFailures: v.nullish(v.array(v.unknown())) }));

interface Batch {
  readonly key: string;
  readonly shardId: string;
  readonly first: bigint;
  readonly line: string;
  readonly event: string;
}

/** Safe to repeat: the roll-up folds a record that it has seen before into the same bars. */
export async function redriveFailures({ store, invoke, act, say }: RedriveFailures): Promise<Redriven> {
  const keys = await store.keys();
  const batches: Batch[] = [];
  for (const key of keys) {
    const batch = batchOf(key, await store.read(key));
    if (typeof batch === 'string') say(`${key} is left: ${batch}`);
    else batches.push(batch);
  }
  // As the stream would bring them; any other order gives the same bars, only by way of more versions.
  batches.sort((a, b) => a.shardId.localeCompare(b.shardId) || Number(a.first - b.first));
  let done = 0;
  for (const batch of batches) {
    if (!act) say(batch.line);
    else if (await redrive(batch, invoke, say)) {
      await store.file(batch.key);
      done++;
    }
  }
  return { found: keys.length, done, left: act ? keys.length - done : keys.length - batches.length };
}

async function redrive(
  { event, line }: Batch,
  invoke: RedriveFailures['invoke'],
  say: (line: string) => void,
) {
  try {
    const report = v.parse(reportSchema, await invoke(event));
    const wanted = report?.batchItemFailures?.length ?? 0;
    if (wanted > 0) throw new Error(`the function wants ${wanted} records again`);
    say(`${line}: redriven`);
    return true;
  } catch (error) {
    say(`${line}: left, because ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    return false;
  }
}

/** @returns a sentence when the object is not a batch as Lambda files it */
function batchOf(key: string, text: string): Batch | string {
  try {
    const { KinesisBatchInfo: info, payload, requestContext } = v.parse(objectSchema, JSON.parse(text));
    const when = info.approximateArrivalOfFirstRecord;
    const what = `${info.batchSize} ${info.batchSize === 1 ? 'record' : 'records'} of ${info.shardId}`;
    return {
      key,
      shardId: info.shardId,
      first: BigInt(info.startSequenceNumber),
      line: `${what} from ${when} (${requestContext.condition})`,
      event: payload,
    };
  } catch (error) {
    return `it is not a batch that Lambda filed (${error instanceof Error ? error.message : error})`;
  }
}
