/** How far a feed may run ahead of what works off its records. */
import { expect, test } from '@jest/globals';
import { Lead } from '../../../local/cli/lead.ts';

const put = (shard: number, ...sequences: number[]) =>
  sequences.map(sequence => ({
    ...{ partitionKey: 'A', explicitHashKey: undefined, data: '' },
    ...{ sequenceNumber: String(sequence), shardId: `shard-${shard}` },
  }));

test('a feed is ahead by what was put on any shard and is not done with', () => {
  const done = new Map<string, string>();
  const lead = new Lead(done);
  lead.put([...put(0, 1, 2, 3), ...put(1, 9)]);
  lead.put(put(0, 10, 11));
  expect(lead.ahead).toBe(6);
  done.set('shard-0', '3').set('shard-1', '8');
  expect([lead.ahead, lead.done]).toEqual([3, 3]);
  done.set('shard-0', '11').set('shard-1', '9');
  expect(lead.ahead).toBe(0);
});

test('there is room once enough is done with, and for a feed that is broken off', async () => {
  const done = new Map<string, string>();
  const lead = new Lead(done, 2);
  const { signal } = new AbortController();
  lead.put(put(0, 1, 2, 3));
  let isRoom = false;
  const room = lead.room(signal).then(() => {
    isRoom = true;
  });
  await Promise.resolve();
  expect(isRoom).toBe(false);
  done.set('shard-0', '3');
  await room;
  lead.put(put(0, 4, 5, 6));
  await lead.room(AbortSignal.abort());
});
