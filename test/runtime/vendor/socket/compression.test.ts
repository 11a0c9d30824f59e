/** Frames that the vendor compresses, where it is offered that, and those of one that does not. */
import { afterEach, expect, test } from '@jest/globals';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { passedOnRow } from '../../../../runtime/vendor/channels/table.ts';
import { EventFeed } from '../../../../runtime/vendor/socket/event-feed.ts';
import { MemoryLogger } from '../../ingester/support/log.ts';
import { OPEN } from '../../ingester/support/records.ts';
import { ScriptedVendor } from '../../ingester/support/vendor.ts';

const trades = Array.from({ length: 1_000 }, (_, q) => ({ ev: 'T', sym: 'AAPL', p: 175.5, q, t: OPEN + q }));
const open: ScriptedVendor[] = [];
afterEach(async () => {
  for (const vendor of open.splice(0)) await vendor[Symbol.asyncDispose]();
});

async function connected(given: { readonly compresses: boolean; readonly compression?: boolean }) {
  const vendor = await ScriptedVendor.start(given.compresses);
  open.push(vendor);
  const feed = new EventFeed({
    ...{ url: vendor.url, apiKey: 'key', market: 'stocks' },
    asked: [{ row: passedOnRow('stocks', 'trades'), symbols: '*' }],
    ...{ clock: new EventClock({ now: OPEN, speed: 0 }), logger: new MemoryLogger() },
    ...(given.compression !== undefined && { compression: given.compression }),
  });
  const stop = new AbortController();
  const events = feed.events(stop.signal);
  const first = events.next();
  const client = await vendor.client();
  await client.welcome();
  await first;
  return { client, stop, next: async () => (await events.next()).value };
}

test.each([
  ['a vendor that compresses', { compresses: true, compression: true }, 'permessage-deflate'],
  ['a vendor that refuses to compress', { compresses: false, compression: true }, ''],
  ['a vendor that would compress and is not asked to', { compresses: true }, ''],
])('%s is read like any other', async (_, given, extensions) => {
  const { client, stop, next } = await connected(given);
  expect(client.socket.extensions).toBe(extensions);
  client.frame(...trades);
  client.frame(...trades.slice(0, 1));
  expect(await next()).toMatchObject({ type: 'events', events: { length: trades.length }, refused: [] });
  expect(await next()).toMatchObject({ type: 'events', events: [{ text: JSON.stringify(trades[0]) }] });
  stop.abort();
  await next();
});

test('a frame that is small on the wire and larger than any that is read ends the connection', async () => {
  const { client, stop, next } = await connected({ compresses: true, compression: true });
  client.socket.send(`[${' '.repeat(9 * 1_024 * 1_024)}]`);
  expect(await next()).toMatchObject({ type: 'lost', cause: expect.stringContaining('Max payload size') });
  stop.abort();
  await next();
});
