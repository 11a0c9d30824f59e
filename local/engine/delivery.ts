/** Delivers a batch of one shard: retries, bisection, reported failures, giving up; the rules of Lambda's mappings. */
import { firstReported } from './kinesis-event.ts';
import type { WireRecord } from './wire.ts';

/** Why a batch was given up. */
export type GiveUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What a mapping is configured to do about failures. */
export interface DeliveryRules {
  /** How often a failed batch is tried again; -1 for ever. */
  readonly retries: number;
  /** Whether a batch whose invocation fails is split in two, which uses up no retry. */
  readonly bisect: boolean;
  /** Records older than this many ms are given up; `undefined` keeps them as long as the stream does. */
  readonly maxAgeMs: number | undefined;
  /** Whether the function reports the records that it wants again. */
  readonly reports: boolean;
}

/** What a delivery acts on. */
export interface DeliveryEdge {
  /** Runs the function; rejects when it fails. */
  invoke(records: readonly WireRecord[]): Promise<unknown>;
  /** Everything up to and with `record` is done with: it is never delivered again. */
  checkpoint(record: WireRecord): void;
  /** Keeps what is given up, after `attempts` invocations, where it can be found. */
  giveUp(records: readonly WireRecord[], why: GiveUp, attempts: number): Promise<void>;
  /** Is told of every failed attempt. */
  failed(reason: string, records: readonly WireRecord[]): void;
  /** Waits before the attempt that follows `failures` failures in a row; rejects when the mapping stops. */
  pause(failures: number): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

interface Part {
  readonly records: readonly WireRecord[];
  /** Attempts that failed and count against the retries. */
  readonly attempts: number;
}

/** Delivers `batch` and resolves once every record of it is delivered or given up. */
export async function deliver(
  batch: readonly WireRecord[],
  rules: DeliveryRules,
  edge: DeliveryEdge,
): Promise<void> {
  const parts: Part[] = [{ records: batch, attempts: 0 }];
  let failures = 0;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const { records, attempts } = await giveUpOld(part, rules, edge);
    const last = records.at(-1);
    if (last === undefined) continue;
    const failedFrom = await attempt(records, rules, edge);
    if (failedFrom === undefined) {
      failures = 0;
      edge.checkpoint(last);
      continue;
    }
    const done = records[failedFrom.index - 1];
    if (done !== undefined) edge.checkpoint(done);
    const rest = records.slice(failedFrom.index);
    edge.failed(failedFrom.reason, rest);
    if (rules.bisect && failedFrom.threw && rest.length > 1) {
      const middle = rest.length >> 1;
      parts.unshift({ records: rest.slice(0, middle), attempts }, { records: rest.slice(middle), attempts });
    } else if (rules.retries >= 0 && attempts >= rules.retries) {
      await edge.giveUp(rest, 'RetryAttemptsExhausted', attempts + 1);
      edge.checkpoint(last);
      continue;
    } else {
      parts.unshift({ records: rest, attempts: attempts + 1 });
    }
    await edge.pause(++failures);
  }
}

/** Runs the function once; says from which record on it failed, if it did. */
async function attempt(
  records: readonly WireRecord[],
  rules: DeliveryRules,
  edge: DeliveryEdge,
): Promise<{ index: number; threw: boolean; reason: string } | undefined> {
  let result: unknown;
  try {
    result = await edge.invoke(records);
  } catch (error) {
    return { index: 0, threw: true, reason: error instanceof Error ? error.message : String(error) };
  }
  const index = rules.reports ? firstReported(result, records) : undefined;
  if (index === undefined) return undefined;
  const from = records[index]?.SequenceNumber;
  return {
    index,
    threw: false,
    reason: `the function wants ${records.length - index} records again, from ${from} on`,
  };
}

/** Records arrive in order of age, so that those to give up come first. */
async function giveUpOld(part: Part, { maxAgeMs }: DeliveryRules, edge: DeliveryEdge): Promise<Part> {
  if (maxAgeMs === undefined) return part;
  const oldest = (edge.now() - maxAgeMs) / 1000;
  const fresh = part.records.findIndex(record => record.ApproximateArrivalTimestamp >= oldest);
  const old = fresh === -1 ? part.records : part.records.slice(0, fresh);
  const last = old.at(-1);
  if (last === undefined) return part;
  await edge.giveUp(old, 'RecordAgeExceeded', part.attempts);
  edge.checkpoint(last);
  return { records: part.records.slice(old.length), attempts: part.attempts };
}
