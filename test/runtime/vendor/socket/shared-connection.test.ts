/** A feed of minutes whose connection other channels share: each gets its own, and none stands in for another. */
import { expect, test } from '@jest/globals';
import { Versions } from '../../../../runtime/ingester/lease/versions.ts';
import { subscriptionOf } from '../../../../runtime/ingester/symbols/subscription.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { PassedOn } from '../../../../runtime/vendor/channels/passed-on.ts';
import { rowOf } from '../../../../runtime/vendor/channels/table.ts';
import { PolygonFeed } from '../../../../runtime/vendor/socket/feed.ts';
import { MemoryLogger } from '../../ingester/support/log.ts';
import { am, MINUTE, OPEN } from '../../ingester/support/records.ts';
import { ScriptedVendor } from '../../ingester/support/vendor.ts';

const asked = (['trades', 'quotes'] as const).map(channel => ({
  row: rowOf('stocks', channel),
  symbols: ['AAPL'],
}));

test('a plan without one of three channels leaves the others, and trades do not hide that minutes have ceased', async () => {
  await using vendor = await ScriptedVendor.start();
  const clock = new EventClock({ now: OPEN, speed: 0 });
  const feed = new PolygonFeed({
    ...{ url: vendor.url, apiKey: 'top-secret', market: 'stocks', delay: 0, clock },
    subscription: subscriptionOf('AAPL'),
    versions: new Versions(() => clock.now(), 0),
    logger: new MemoryLogger(),
    also: (counts, words) => [new PassedOn(asked, counts, words)],
  });
  const stop = new AbortController();
  const events = feed.events(stop.signal);
  const next = async () => (await events.next()).value;
  const subscribed = next();
  const client = await vendor.client();
  client.status('connected');
  await client.command();
  client.status('auth_success');
  expect(await client.command()).toMatchObject({ params: 'AM.AAPL,AM.SPY,T.AAPL,Q.AAPL' });
  client.status('error', 'not authorized');
  for (const topic of ['AM.AAPL', 'AM.SPY', 'T.AAPL']) client.status('success', `subscribed to: ${topic}`);
  expect(await subscribed).toEqual({ type: 'subscribed' });
  expect(feed.status()).toMatchObject({ state: 'live', unacknowledged: ['Q.AAPL'] });
  // Nobody has to make up for what is not promised.
  expect(feed.unheard()).toEqual([]);

  const trade = { ev: 'T', sym: 'AAPL', p: 175.5, t: OPEN + 987 };
  clock.set({ now: OPEN + MINUTE });
  client.frame(trade, am('AAPL', OPEN));
  expect([await next(), await next()]).toMatchObject([
    { type: 'events', events: [{ topic: 'T.AAPL', ts: OPEN + 987, text: JSON.stringify(trade) }] },
    { type: 'bars', bars: [{ symbol: 'AAPL' }] },
  ]);
  clock.set({ now: OPEN + 3 * MINUTE });
  client.frame(trade);
  expect(await next()).toMatchObject({ type: 'events' });
  expect(await next()).toMatchObject({ type: 'lost', cause: 'no data for 120 s in the regular session' });
  stop.abort();
  await events.next();
});
