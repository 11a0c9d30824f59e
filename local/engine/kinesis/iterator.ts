/** Shard iterators: a place in a shard, as a text that is good for five minutes. */
import { ServiceError } from '../service-error.ts';
import { invalidArgument } from './service-error.ts';

export interface Place {
  readonly stream: string;
  readonly shard: string;
  /** Index of the next record to read. */
  readonly index: number;
}

/** How long an iterator is good (ms). */
const LIFE = 300_000;

/** @param now epoch ms */
export function iteratorOf({ stream, shard, index }: Place, now: number): string {
  return Buffer.from([now, shard, index, stream].join('/')).toString('base64');
}

/** @param now epoch ms. @throws ServiceError when it is none, or too old */
export function placeOf(iterator: string, now: number): Place {
  const parts = /^(\d+)\/(shardId-\d{12})\/(\d+)\/([\w.-]+)$/.exec(
    Buffer.from(iterator, 'base64').toString(),
  );
  const [, made = '', shard = '', index = '', stream = ''] = parts ?? [];
  if (parts === null || Number(made) > now) throw invalidArgument('Invalid ShardIterator.');
  if (now - Number(made) <= LIFE) return { stream, shard, index: Number(index) };
  const [then, today] = [Number(made), now].map(ms => new Date(ms).toISOString());
  throw new ServiceError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${then} while right now it is ${today}, which is further in the future than the tolerated delay of ${LIFE} milliseconds.`,
  );
}
