/** How far an import may run ahead of what works off its records. */
import { expect, test } from '@jest/globals';
import { ImportPace } from '../../../local/cli/import-pace.ts';

const put = (shard: number, ...sequences: number[]) =>
  sequences.map(sequence => ({
    ...{ partitionKey: 'A', explicitHashKey: undefined, data: '' },
    ...{ sequenceNumber: String(sequence), shardId: `shard-${shard}` },
  }));

test('an import is ahead by what was put on any shard and is not done with', () => {
  const done = new Map<string, string>();
  const pace = new ImportPace(done);
  pace.put([...put(0, 1, 2, 3), ...put(1, 9)]);
  pace.put(put(0, 10, 11));
  expect(pace.ahead).toBe(6);
  done.set('shard-0', '3').set('shard-1', '8');
  expect([pace.ahead, pace.done]).toEqual([3, 3]);
  done.set('shard-0', '11').set('shard-1', '9');
  expect(pace.ahead).toBe(0);
});

test('there is room once enough is done with, and for an import that is broken off', async () => {
  const done = new Map<string, string>();
  const pace = new ImportPace(done, 2);
  const { signal } = new AbortController();
  pace.put(put(0, 1, 2, 3));
  let isRoom = false;
  const room = pace.room(signal).then(() => {
    isRoom = true;
  });
  await Promise.resolve();
  expect(isRoom).toBe(false);
  done.set('shard-0', '3');
  await room;
  pace.put(put(0, 4, 5, 6));
  await pace.room(AbortSignal.abort());
});
