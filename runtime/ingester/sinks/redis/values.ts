/** Latest values on their way to the server: many in one call, of which each stands or falls by itself. */
import { ErrorReply } from '@redis/client';
import { partsOf } from '../../../platform/in-parallel.ts';
import type { Send } from '../../../platform/redis/connection.ts';
import { run } from '../../../platform/redis/script.ts';
import { writeLatest } from './scripts.ts';
import type { LatestValue } from './writes.ts';

/** Keys of one call, which takes about a millisecond: no other client waits for long. */
const KEYS = 100;

/** What became of a key: nothing more to say of one that was written, or had something newer. */
export interface Outcome {
  readonly key: string;
  /** Why nothing was written there. */
  readonly error?: unknown;
}

export async function outcomeOf(key: string, answer: Promise<unknown>): Promise<Outcome> {
  try {
    await answer;
    return { key };
  } catch (error) {
    return { key, error };
  }
}

/** @param values one of each key */
export async function writeValues(send: Send, values: readonly LatestValue[]): Promise<readonly Outcome[]> {
  const alike = Map.groupBy(values, ({ order }) => order.join());
  const parts = [...alike.values()].flatMap(those => partsOf(those, KEYS));
  return (await Promise.all(parts.map(part => writePart(send, part)))).flat();
}

async function writePart(send: Send, values: readonly LatestValue[]): Promise<readonly Outcome[]> {
  const keys = values.map(({ key }) => key);
  const [order = []] = values.map(({ order }) => order);
  const args = [...order, ...values.flatMap(({ text, at }) => [text, ...at.map(String)])];
  try {
    const answers = await run(send, writeLatest, keys, args);
    return keys.map((key, n) => {
      const answer = answers[n];
      return typeof answer === 'string' ? { key, error: new ErrorReply(answer) } : { key };
    });
  } catch (error) {
    return keys.map(key => ({ key, error }));
  }
}
