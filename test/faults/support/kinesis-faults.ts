/** What a stream can do to a producer, as faults of the endpoint in front of it. */
import type { Fault, Reply } from './faulty-endpoint.ts';

interface Put {
  readonly StreamName: string;
  readonly Records: readonly { readonly PartitionKey: string }[];
}

const REFUSED = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };

/** Refuses the entries that `refuses` picks, and lets the stream take the others. */
function refusing(refuses: (partitionKey: string, index: number) => boolean): Fault {
  return async ({ call, body, forward }) => {
    if (call !== 'PutRecords') return forward(body);
    const put: Put = JSON.parse(body);
    const isRefused = put.Records.map(({ PartitionKey }, index) => refuses(PartitionKey, index));
    const taken = put.Records.filter((_, index) => !isRefused[index]);
    const results = taken.length > 0 ? await resultsOf(forward, { ...put, Records: taken }) : [];
    const all = isRefused.map(refused => (refused ? REFUSED : results.shift()));
    const failed = isRefused.filter(Boolean).length;
    return { status: 200, body: JSON.stringify({ FailedRecordCount: failed, Records: all }) };
  };
}

async function resultsOf(forward: (body: string) => Promise<Reply>, put: Put): Promise<unknown[]> {
  const { status, body } = await forward(JSON.stringify(put));
  if (status !== 200) throw new Error(`the stream answers ${status}: ${body}`);
  const { Records }: { Records: unknown[] } = JSON.parse(body);
  return Records;
}

/** Takes nothing, entry by entry. */
export const throttleAll = refusing(() => true);

/** Refuses three entries of every request of the next few; one symbol's also when it is sent again. */
export function refuseThree(requests: number): Fault {
  const again = new Set<string>();
  let left = requests;
  return async passing => {
    if (passing.call === 'PutRecords' && left-- > 0)
      return refusing((key, index) => {
        if (index > 2 && !again.has(key)) return false;
        if (index === 0) again.add(key);
        else again.delete(key);
        return true;
      })(passing);
    return passing.forward(passing.body);
  };
}

/** The stream takes the next few requests, but nobody hears of it. */
export function silentlyStored(requests: number): Fault {
  let left = requests;
  return async ({ call, body, forward }) => {
    const reply = await forward(body);
    return call === 'PutRecords' && left-- > 0 ? 'hang' : reply;
  };
}
