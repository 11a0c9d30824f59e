/** The simulated vendor's socket, row for row of what is known about the real one. */
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { Client } from './client.ts';
import { Fixture, MINUTE, OPEN, replayOf } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

const status = (name: string, message: string) => ({ ev: 'status', status: name, message });
const subscribedTo = (topic: string) => status('success', `subscribed to: ${topic}`);

describe('greeting and authentication', () => {
  test('greets in a frame of its own, answers the key in the next, and honours a subscribe queued right behind', async () => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.AAPL,AM.MSFT');
    expect(client.frames).toEqual([
      [status('connected', 'Connected Successfully')],
      [status('auth_success', 'authenticated')],
      [subscribedTo('AM.AAPL'), subscribedTo('AM.MSFT')],
    ]);
    await vendor.subscribed;
  });

  test('refuses a key it does not know and hangs up without a handshake', async () => {
    const { vendor } = await fixture.vendor({ key: 'right' });
    const client = new Client(vendor.url);
    client.socket.on('open', () => client.send('auth', 'wrong'));
    expect(await client.closed).toBe(1006);
    expect(client.statuses.at(-1)).toEqual(status('auth_failed', 'authentication failed'));
  });

  test.each([
    ['plan', 1006, status('auth_failed', "Your plan doesn't include websocket access.")],
    ['timeout', 1000, status('auth_timeout', 'No authentication request received.')],
    ['max-connections', 1008, expect.objectContaining({ status: 'max_connections' })],
  ] as const)('can refuse by %s', async (refusal, code, said) => {
    const { vendor } = await fixture.vendor();
    vendor.faults.refusal = refusal;
    const client = new Client(vendor.url);
    client.socket.on('open', () => client.send('auth', 'key'));
    expect(await client.closed).toBe(code);
    expect(client.statuses.at(-1)).toEqual(said);
  });

  test('can let a client in without real-time data: it says so, acknowledges, and sends none', async () => {
    const { vendor, clock } = await fixture.vendor();
    vendor.faults.refusal = 'real-time';
    const client = await Client.subscribed(vendor.url, 'AM.*');
    await client.until(4);
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.settled();
    expect(client.statuses[2]?.message).toMatch(/^You don't have access real-time data\./);
    expect(client.statuses[3]).toEqual(subscribedTo('AM.*'));
    expect(client.bars).toEqual([]);
  });

  test('ends a connection that does not authenticate for ten seconds of event time', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = new Client(vendor.url);
    await client.until(1);
    clock.set({ now: OPEN + 10_000 });
    expect(await client.closed).toBe(1000);
    expect(client.statuses.at(-1)).toEqual(status('auth_timeout', 'No authentication request received.'));
  });

  test('lets nobody subscribe before authenticating', async () => {
    const { vendor } = await fixture.vendor();
    const client = new Client(vendor.url);
    await client.until(1);
    client.send('subscribe', 'AM.AAPL');
    await client.until(2);
    expect(client.statuses.at(-1)).toEqual(status('error', 'not authorized'));
  });

  test('answers what is no request and stays open', async () => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.AAPL');
    for (const text of ['nonsense', '[]', '{"action":"dance","params":"AM.AAPL"}', '{"action":"subscribe"}'])
      client.socket.send(text);
    await client.until(7);
    expect(client.statuses.slice(3)).toEqual(Array(4).fill(status('error', 'malformed request')));
  });

  test("has no socket for another market's path", async () => {
    const { vendor } = await fixture.vendor();
    const socket = new WebSocket(vendor.url.replace('/stocks', '/crypto'));
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('404');
  });

  test.each([
    [true, 'permessage-deflate'],
    [false, ''],
  ])('compresses for clients that offer it where it is told to: %s', async (compresses, extensions) => {
    const { vendor } = await fixture.vendor({ compresses });
    const client = await Client.subscribed(vendor.url, 'AM.AAPL');
    expect(client.socket.extensions).toBe(extensions);
    expect(client.frames).toContainEqual([subscribedTo('AM.AAPL')]);
  });

  test('answers pings', async () => {
    const { vendor } = await fixture.vendor();
    const client = new Client(vendor.url);
    await client.until(1);
    await client.settled();
  });
});

describe('subscriptions', () => {
  test('are split at the first dot, case sensitive, and an unknown ticker is acknowledged but never yields data', async () => {
    const source = replayOf(['BRK.B', OPEN, 500, '7'], ['aapl', OPEN, 1, '1'], ['AAPL', OPEN, 200, '9']);
    const { vendor, clock } = await fixture.vendor({ source });
    const client = await Client.subscribed(vendor.url, 'AM.BRK.B,AM.AAPL,AM.NOPE');
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.until(5);
    await client.settled();
    expect(client.frames[2]).toHaveLength(3);
    expect(client.bars.map(bar => bar['sym'])).toEqual(['AAPL', 'BRK.B']);
  });

  test('of an unknown topic are silently ignored, of other topics acknowledged, and a duplicate is not answered', async () => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.AAPL,WHAT.AAPL,AM,A.AAPL');
    client.send('subscribe', 'AM.AAPL');
    client.send('subscribe', 'AM.AAPL,AM.MSFT');
    await client.until(4);
    await client.settled();
    expect(client.frames.slice(2)).toEqual([
      [subscribedTo('AM.AAPL'), subscribedTo('A.AAPL')],
      [subscribedTo('AM.MSFT')],
    ]);
  });

  test('to a forbidden topic are answered without naming it, the others still acknowledged', async () => {
    const { vendor } = await fixture.vendor();
    vendor.faults.forbiddenTopics.add('T');
    const client = await Client.subscribed(vendor.url, 'T.AAPL,AM.AAPL');
    expect(client.frames[2]).toEqual([status('error', 'not authorized'), subscribedTo('AM.AAPL')]);
  });

  test('end with an unsubscribe', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.AAPL,AM.MSFT');
    client.send('unsubscribe', 'AM.MSFT,AM.NVDA');
    await client.until(4);
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.until(5);
    await client.settled();
    expect(client.frames[3]).toEqual([status('success', 'unsubscribed to: AM.MSFT')]);
    expect(client.bars.map(bar => bar['sym'])).toEqual(['AAPL']);
  });

  test('with the wildcard and by name give a bar once', async () => {
    const { vendor, clock } = await fixture.vendor({
      source: replayOf(['AAPL', OPEN, 200, '9'], ['MSFT', OPEN, 500, '9']),
    });
    const client = await Client.subscribed(vendor.url, 'AM.*,AM.AAPL');
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.until(5);
    await client.settled();
    expect(client.bars.map(bar => bar['sym'])).toEqual(['AAPL', 'MSFT']);
  });
});
