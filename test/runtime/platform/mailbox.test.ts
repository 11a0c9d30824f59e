/** From callbacks to a loop. */
import { expect, test } from '@jest/globals';
import { Mailbox } from '../../../runtime/platform/mailbox.ts';

test('a mailbox hands over everything in order, what was sent before its end too, and then ends', async () => {
  const mailbox = new Mailbox<number>();
  mailbox.send(1);
  const read: number[] = [];
  const reading = (async () => {
    for await (const value of mailbox) {
      read.push(value);
      if (value === 1) setImmediate(() => mailbox.send(2));
      if (value === 2) {
        mailbox.send(3);
        mailbox.close();
        mailbox.send(4);
      }
    }
  })();
  await reading;
  expect(read).toEqual([1, 2, 3]);
});

test('a value that is sent while the loop is about to wait wakes it', async () => {
  const mailbox = new Mailbox<number>();
  const reader = mailbox[Symbol.asyncIterator]();
  const first = reader.next();
  mailbox.send(1);
  expect(await first).toEqual({ value: 1, done: false });
});
