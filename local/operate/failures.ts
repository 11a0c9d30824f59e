/** Redrives what Lambda gave up: the same batches, with the sequence numbers they had, through the same function. */
import * as v from 'valibot';

/** Where given-up batches lie, one object each. */
export interface FailureStore {
  /** Keys of the batches that have not been redriven, in their order; the batch of one may be filed before the next is asked for. */
  keys(): AsyncIterable<string>;
  read(key: string): Promise<string>;
  /** Files the batch as redriven, so that it is not taken again. */
  file(key: string): Promise<void>;
}

export interface RedriveFailures {
  readonly store: FailureStore;
  /** The functions whose batches lie there, by name: each runs on an event and resolves to what it returns. @throws when it fails */
  readonly functions: ReadonlyMap<string, (event: string) => Promise<unknown>>;
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
  requestContext: v.object({ condition: v.string(), functionArn: v.string() }),
  KinesisBatchInfo: v.object({
    shardId: v.string(),
    approximateArrivalOfFirstRecord: v.string(),
    batchSize: v.number(),
  }),
  payload: v.string(),
});

const reportSchema = v.nullish(v.object({ batchItemFailures: v.nullish(v.array(v.unknown())) }));

interface Batch {
  readonly line: string;
  readonly event: string;
  /** Name of the function that it was meant for. */
  readonly target: string;
}

/**
 * Safe to repeat: the roll-up folds a record that it has seen before into the same bars, and the bar store keeps the higher version. One batch after the other, for there may
 * be many of 6 MB. Their keys bring the batches of a shard as they were given up, as good as the stream would bring them; any
 * other order gives the same bars, only by way of more versions.
 */
export async function redriveFailures({ store, functions, act, say }: RedriveFailures): Promise<Redriven> {
  const counts = { found: 0, done: 0, left: 0 };
  for await (const key of store.keys()) {
    counts.found++;
    const batch = batchOf(await store.read(key));
    const invoke = typeof batch === 'string' ? undefined : functions.get(batch.target);
    if (typeof batch === 'string') {
      say(`${key} is left: ${batch}`);
      counts.left++;
    } else if (!invoke) {
      say(`${key} is left: it was meant for function ${batch.target}, which the feed does not have`);
      counts.left++;
    } else if (!act) say(batch.line);
    else if (await redrive(batch, invoke, say)) {
      await store.file(key);
      counts.done++;
    } else counts.left++;
  }
  return counts;
}

async function redrive(
  { event, line }: Batch,
  invoke: (event: string) => Promise<unknown>,
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
function batchOf(text: string): Batch | string {
  try {
    const { KinesisBatchInfo: info, payload, requestContext } = v.parse(objectSchema, JSON.parse(text));
    const when = info.approximateArrivalOfFirstRecord;
    const what = `${info.batchSize} ${info.batchSize === 1 ? 'record' : 'records'} of ${info.shardId}`;
    return {
      line: `${what} from ${when} (${requestContext.condition})`,
      event: payload,
      // arn:aws:lambda:<region>:<account>:function:<name>:<version>
      target: requestContext.functionArn.split(':')[6] ?? '',
    };
  } catch (error) {
    return `it is not a batch that Lambda filed (${error instanceof Error ? error.message : error})`;
  }
}
