/** The simulated vendor's socket, row for row of what is known about the real one. */
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { SimulatedMarket } from '../../../local/feed/market.ts';
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
    expect(client.bars.map(bar => bar['sym'])).toEqual(['BRK.B', 'AAPL']);
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

describe('bars', () => {
  test('of one minute leave 1 to 4 seconds after its end, in several frames', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    clock.set({ now: OPEN + MINUTE + 999 });
    await client.settled();
    expect(client.bars).toHaveLength(0);
    const counts: number[] = [];
    for (const after of [1_000, 1_800, 2_600, 3_400]) {
      clock.set({ now: OPEN + MINUTE + after });
      await client.until(client.frames.length + 1);
      counts.push(client.bars.length);
    }
    expect(counts).toEqual([5, 10, 15, 20]);
    expect(new Set(client.bars.map(bar => bar['sym'])).size).toBe(20);
  });

  test('leave in one go when the clock runs too fast to keep parts apart', async () => {
    const { vendor, clock } = await fixture.vendor({ now: OPEN + MINUTE });
    const client = await Client.subscribed(vendor.url, 'AM.*');
    clock.set({ speed: 6_000 });
    await client.until(7);
    expect(client.bars.slice(0, 20).map(bar => bar['s'])).toEqual(Array(20).fill(OPEN + MINUTE));
  });

  test('of stocks carry the day so far; the official open only from the open on', async () => {
    const source = replayOf(
      ['AAPL', OPEN - 2 * MINUTE, 200, '100.5'],
      ['AAPL', OPEN - MINUTE, 201, '50'],
      ['AAPL', OPEN, 202, '10'],
      ['AAPL', OPEN, 202, '20.25'],
    );
    const { vendor, clock } = await fixture.vendor({ source, now: OPEN - 2 * MINUTE });
    const client = await Client.subscribed(vendor.url, 'AM.AAPL');
    for (const n of [1, 2, 3, 4]) {
      clock.set({ now: OPEN + (n - 2) * MINUTE + 5_000 });
      await client.until(3 + n);
    }
    expect(client.bars).toEqual([
      {
        ev: 'AM',
        sym: 'AAPL',
        v: 100,
        av: 100,
        o: 200,
        c: 200,
        h: 201,
        l: 199,
        s: OPEN - 2 * MINUTE,
        e: OPEN - MINUTE,
        dv: '100.5',
        dav: '100.5',
      },
      {
        ev: 'AM',
        sym: 'AAPL',
        v: 50,
        av: 150,
        o: 201,
        c: 201,
        h: 202,
        l: 200,
        s: OPEN - MINUTE,
        e: OPEN,
        dv: '50.0',
        dav: '150.5',
      },
      {
        ev: 'AM',
        sym: 'AAPL',
        v: 10,
        av: 160,
        op: 202,
        o: 202,
        c: 202,
        h: 203,
        l: 201,
        s: OPEN,
        e: OPEN + MINUTE,
        dv: '10.0',
        dav: '160.5',
      },
      {
        ev: 'AM',
        sym: 'AAPL',
        v: 20,
        av: 170,
        op: 202,
        o: 202,
        c: 202,
        h: 203,
        l: 201,
        s: OPEN,
        e: OPEN + MINUTE,
        dv: '20.25',
        dav: '170.75',
      },
    ]);
    expect(Object.keys(client.bars[2] ?? {})).toEqual([
      'ev',
      'sym',
      'v',
      'av',
      'op',
      'o',
      'c',
      'h',
      'l',
      's',
      'e',
      'dv',
      'dav',
    ]);
  });

  test('of one symbol add up through the day, whenever the vendor was started', async () => {
    const { vendor, clock } = await fixture.vendor({ now: OPEN + 10 * MINUTE });
    const client = await Client.subscribed(vendor.url, 'AM.AAPL');
    for (let n = 1; n <= 20; n++) {
      clock.set({ now: OPEN + (10 + n) * MINUTE + 5_000 });
      await client.settled();
    }
    const day = vendor.truth(OPEN - 330 * MINUTE, OPEN + 30 * MINUTE).filter(bar => bar.symbol === 'AAPL');
    const last = client.bars.at(-1);
    expect(last?.['s']).toBe(OPEN + 29 * MINUTE);
    expect(last?.['av']).toBe(Math.trunc(day.reduce((sum, bar) => sum + Number(bar.volume), 0)));
    expect(last?.['op']).toBe(day.find(bar => bar.start >= OPEN)?.open);
  });

  test('of crypto are XA with a pair and a fractional volume', async () => {
    const { vendor, clock } = await fixture.vendor({
      market: 'crypto',
      source: replayOf(['BTC-USD', OPEN, 90_000, '0.12345678']),
    });
    const client = await Client.subscribed(vendor.url, 'XA.BTC-USD,AM.BTC-USD');
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.until(4);
    expect(client.frames[2]).toEqual([subscribedTo('XA.BTC-USD')]);
    expect(client.bars).toEqual([
      {
        ev: 'XA',
        pair: 'BTC-USD',
        v: 0.12345678,
        o: 90_000,
        c: 90_000,
        h: 90_001,
        l: 89_999,
        s: OPEN,
        e: OPEN + MINUTE,
      },
    ]);
  });

  test('of futures are AM with a numeric dollar volume', async () => {
    const { vendor, clock } = await fixture.vendor({
      market: 'futures',
      source: replayOf(['ESZ5', OPEN, 6_000, '3']),
    });
    const client = await Client.subscribed(vendor.url, 'AM.ESZ5');
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.until(4);
    expect(client.bars).toEqual([
      {
        ev: 'AM',
        sym: 'ESZ5',
        v: 3,
        dv: 18_000,
        o: 6_000,
        c: 6_000,
        h: 6_001,
        l: 5_999,
        s: OPEN,
        e: OPEN + MINUTE,
      },
    ]);
  });

  test('of the whole market come in frames below a million bytes, all of them', async () => {
    const source = new SimulatedMarket({ market: 'stocks', symbols: 11_000, quietest: 50, from: OPEN });
    const { vendor, clock } = await fixture.vendor({ source, now: OPEN });
    const client = await Client.subscribed(vendor.url, 'AM.*');
    clock.set({ now: OPEN + MINUTE + 5_000 });
    const expected = source.burst(OPEN).length;
    while (client.bars.length < expected) await client.until(client.frames.length + 1);
    expect(expected).toBeGreaterThan(10_900);
    expect(client.bars).toHaveLength(expected);
    expect(Math.max(...client.frames.map(frame => JSON.stringify(frame).length))).toBeLessThan(1_000_000);
  });
});
