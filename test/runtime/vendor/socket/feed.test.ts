/** The vendor's feed over a real socket: what it says, what it refuses, and what happens when it goes away. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../ingester/support/eventually.ts';
import { FeedReader } from '../../ingester/support/feed-reader.ts';
import { am, MINUTE, OPEN } from '../../ingester/support/records.ts';
import { ScriptedRest } from '../../ingester/support/rest.ts';
import { type Client, ScriptedVendor } from '../../ingester/support/vendor.ts';

describe('the feed', () => {
  let vendor: ScriptedVendor;
  let reader: FeedReader;

  beforeEach(async () => {
    vendor = await ScriptedVendor.start();
  });

  afterEach(async () => {
    await reader.stop();
    await vendor[Symbol.asyncDispose]();
  });

  async function connected(symbols = 'AAPL,BRK.B'): Promise<Client> {
    reader = new FeedReader(vendor.url, symbols);
    return vendor.client();
  }

  async function live(symbols?: string): Promise<Client> {
    const client = await connected(symbols);
    await client.welcome();
    expect(await reader.event()).toEqual({ type: 'subscribed' });
    return client;
  }

  test('connects, authenticates, subscribes to the list and its sentinel, and then is live', async () => {
    const client = await connected();
    client.status('connected', 'Connected Successfully');
    expect(await client.command()).toEqual({ action: 'auth', params: 'top-secret' });
    client.status('auth_success', 'authenticated');
    expect(await client.command()).toEqual({ action: 'subscribe', params: 'AM.AAPL,AM.BRK.B,AM.SPY' });
    for (const topic of ['AM.AAPL', 'AM.BRK.B']) client.status('success', `subscribed to: ${topic}`);
    await eventually(() => reader.feed.status().acknowledged.length === 2);
    expect(reader.feed.status().state).toBe('subscribing');
    client.status('success', 'subscribed to: AM.SPY');
    expect(await reader.event()).toEqual({ type: 'subscribed' });
    expect(reader.feed.status().state).toBe('live');
  });

  test('subscribes to everything with one topic, which needs no sentinel', async () => {
    const client = await connected('*');
    expect(await client.welcome()).toEqual(['AM.*']);
    expect(await reader.event()).toEqual({ type: 'subscribed' });
  });

  test('subscribes in parts and loses none', async () => {
    const symbols = Array.from({ length: 1_200 }, (_, n) => `S${n}`);
    const client = await connected(symbols.join(','));
    client.status('connected');
    await client.command();
    client.status('auth_success');
    const asked: string[] = [];
    for (let part = 0; part < 3; part++) asked.push(...((await client.command())?.params.split(',') ?? []));
    expect(asked).toEqual([...symbols, 'SPY'].map(symbol => `AM.${symbol}`));
  });

  test('leaves out, counts and says once what has a name that no symbol has, and refuses nothing for it', async () => {
    const client = await live('*');
    reader.clock.set({ now: OPEN + MINUTE });
    const combination = { ...am('AAPL', OPEN), sym: 'ZC:BF H6-K6-N6' };
    client.frame(am('AAPL', OPEN), combination, combination);
    expect(await reader.event()).toMatchObject({ bars: [{ symbol: 'AAPL' }], refused: [] });
    const kind = 'bar of a name that no symbol has';
    expect(reader.feed.status().events).toMatchObject({ AM: 3, [kind]: 2 });
    expect(reader.logger.lines.filter(line => JSON.stringify(line).includes(kind))).toHaveLength(1);
  });

  test('uses every event of a frame and says once of each kind what it does not use', async () => {
    const client = await live('AAPL');
    reader.clock.set({ now: OPEN + MINUTE });
    client.socket.send('no JSON');
    client.socket.send('{"ev":"AM"}');
    client.frame({ ev: 'T', sym: 'AAPL' });
    const status = { ev: 'status', status: 'odd', message: 'x' };
    client.frame(7, { ev: 'T' }, am('AAPL', OPEN), status, am('SPY', OPEN));
    expect(await reader.event()).toMatchObject({ bars: [{ symbol: 'AAPL' }], refused: [], observed: OPEN });
    expect(reader.feed.status().events).toMatchObject({
      AM: 2,
      'event T': 2,
      'not JSON': 1,
      'not an array': 1,
      'not an event': 1,
    });
    expect(reader.logger.lines.filter(line => line.includes('"kind":"event T"'))).toHaveLength(1);
  });

  test('takes a bar that nobody asked for as proof of life only', async () => {
    const client = await live('AAPL');
    reader.clock.set({ now: OPEN + MINUTE });
    client.frame(am('ZZZ', OPEN));
    expect(await reader.event()).toEqual({ type: 'bars', bars: [], refused: [], observed: OPEN });
  });

  for (const code of [1000, 1001, 1008, 1011]) {
    test(`connects and subscribes again after the server closed with ${code}`, async () => {
      const client = await live();
      client.socket.close(code);
      expect(await reader.event()).toMatchObject({
        type: 'lost',
        cause: `closed by the server (${code})`,
        lastHeard: OPEN,
      });
      (await reader.pause()).end();
      const again = await vendor.client();
      expect(await again.welcome()).toEqual(['AM.AAPL', 'AM.BRK.B', 'AM.SPY']);
      expect(await reader.event()).toEqual({ type: 'subscribed' });
    });
  }

  test('connects again after a connection without a farewell', async () => {
    const client = await live();
    client.socket.terminate();
    expect(await reader.event()).toMatchObject({ type: 'lost' });
    (await reader.pause()).end();
    await (await vendor.client()).welcome();
    expect(await reader.event()).toEqual({ type: 'subscribed' });
  });

  test('waits longer after every failure, however far authentication got, until a connection proves stable', async () => {
    let client = await live();
    const drop = async (lived: number) => {
      reader.clock.set({ now: reader.clock.now() + lived });
      client.socket.terminate();
      expect((await reader.event()).type).toBe('lost');
      const pause = await reader.pause();
      pause.end();
      client = await vendor.client();
      await client.welcome();
      expect((await reader.event()).type).toBe('subscribed');
      return pause.ms;
    };
    const waits = [await drop(0), await drop(9_000), await drop(9_999)];
    for (const [failures, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** failures);
      expect(wait).toBeLessThanOrEqual(1_000 * 2 ** failures);
    }
    expect(await drop(10_000)).toBeLessThanOrEqual(1_000);
  });

  test('tries a refused key again only after five minutes, and says why', async () => {
    const client = await connected();
    client.status('connected');
    await client.command();
    client.status('auth_failed', 'authentication failed: top-secret');
    client.socket.terminate();
    const cause = 'the vendor refuses the key: authentication failed: <the key>';
    expect(await reader.event()).toMatchObject({ type: 'lost', cause });
    expect((await reader.pause()).ms).toBe(300_000);
    expect(reader.feed.status()).toMatchObject({ state: 'waiting', reason: cause });
    expect(reader.logger.lines.join()).not.toContain('top-secret');
    expect(vendor.connections).toBe(1);
  });

  test('cools down for a minute when another connection pushed it out, even after it was subscribed, and makes sure that it may connect', async () => {
    const client = await live();
    client.status('max_connections', 'Maximum number of websocket connections exceeded.');
    client.socket.close(1008);
    expect(await reader.event()).toMatchObject({ type: 'lost' });
    const pause = await reader.pause();
    expect([pause.ms, reader.confirmed]).toEqual([60_000, 0]);
    pause.end();
    await vendor.client();
    expect(reader.confirmed).toBe(1);
  });

  test('names the delayed host where the plan has no real-time data', async () => {
    const client = await connected();
    client.status('connected');
    await client.command();
    client.status('auth_success');
    await client.command();
    client.status('error', "You don't have access real-time data. Please subscribe.");
    expect(await reader.event()).toMatchObject({ cause: expect.stringContaining('use the delayed host') });
    expect((await reader.pause()).ms).toBe(300_000);
  });

  test('takes a plan without access for as final as a wrong key', async () => {
    const client = await connected();
    client.status('connected');
    await client.command();
    client.status('auth_failed', "Your plan doesn't include websocket access.");
    expect(await reader.event()).toMatchObject({ cause: expect.stringContaining('websocket access') });
    expect((await reader.pause()).ms).toBe(300_000);
  });

  test('tries again soon when its authentication came too late', async () => {
    const client = await connected();
    client.status('connected');
    await client.command();
    client.status('auth_timeout', 'No authentication request received.');
    expect(await reader.event()).toMatchObject({ cause: expect.stringContaining('came too late') });
    expect((await reader.pause()).ms).toBeLessThanOrEqual(1_000);
  });

  test('logs a status that it does not know, and goes on', async () => {
    const client = await live();
    client.status('rebooting', 'in a while');
    await eventually(() => reader.logger.lines.some(line => line.includes('in a while')));
    expect(reader.feed.status().state).toBe('live');
  });

  test('names the host that has no socket there', async () => {
    const rest = await ScriptedRest.start(() => ({ status: 404, body: {} }));
    reader = new FeedReader(`${rest.url.replace('http', 'ws')}/stocks`, 'AAPL');
    const cause = `${new URL(rest.url).host} answered 404 instead of a WebSocket: check FEED_URL`;
    expect(await reader.event()).toMatchObject({ type: 'lost', cause });
    await rest[Symbol.asyncDispose]();
  });

  test('carries on with the other topics when one is not authorized', async () => {
    const client = await connected();
    client.status('connected');
    await client.command();
    client.status('auth_success');
    await client.command();
    client.status('error', 'not authorized');
    for (const topic of ['AM.AAPL', 'AM.SPY']) client.status('success', `subscribed to: ${topic}`);
    expect(await reader.event()).toEqual({ type: 'subscribed' });
    expect(reader.feed.status().unacknowledged).toEqual(['AM.BRK.B']);
    expect(reader.logger.lines.some(line => line.includes('did not acknowledge'))).toBe(true);
  });

  test('ends at once when told to stop, with the events that had arrived', async () => {
    await live();
    await reader.stop();
    expect(reader.feed.status().state).toBe('stopped');
  });
});
