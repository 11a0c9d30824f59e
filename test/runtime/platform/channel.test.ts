/** From callbacks to a loop. */
import { expect, test } from '@jest/globals';
import { Channel } from '../../../runtime/platform/channel.ts';

test('a channel hands over everything in order, what was sent before its end too, and then ends', async () => {
  const channel = new Channel<number>();
  channel.send(1);
  const read: number[] = [];
  const reading = (async () => {
    for await (const value of channel) {
      read.push(value);
      if (value === 1) setImmediate(() => channel.send(2));
      if (value === 2) {
        channel.send(3);
        channel.close();
        channel.send(4);
      }
    }
  })();
  await reading;
  expect(read).toEqual([1, 2, 3]);
});

test('a value that is sent while the loop is about to wait wakes it', async () => {
  const channel = new Channel<number>();
  const reader = channel[Symbol.asyncIterator]();
  const first = reader.next();
  channel.send(1);
  expect(await first).toEqual({ value: 1, done: false });
});
