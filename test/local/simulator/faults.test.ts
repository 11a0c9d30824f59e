/** The faults that the simulated vendor's socket can be given, each seen from a plain client. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Client } from './client.ts';
import { Fixture, MINUTE, OPEN } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

const AFTER_BURST = OPEN + MINUTE + 5_000;

describe('too many connections', () => {
  test('send the oldest away with a status and close 1008', async () => {
    const { vendor } = await fixture.vendor();
    const first = await Client.subscribed(vendor.url, 'AM.*');
    const second = await Client.subscribed(vendor.url, 'AM.*');
    expect(await first.closed).toBe(1008);
    expect(first.statuses.at(-1)).toMatchObject({ status: 'max_connections' });
    expect(second.socket.readyState).toBe(second.socket.OPEN);
  });

  test('can send the newcomer away instead, after auth_success', async () => {
    const { vendor } = await fixture.vendor({ kicks: 'newest' });
    const first = await Client.subscribed(vendor.url, 'AM.*');
    const second = new Client(vendor.url);
    second.socket.on('open', () => second.send('auth', 'key'));
    expect(await second.closed).toBe(1008);
    expect(second.statuses.map(({ status }) => status)).toEqual([
      'connected',
      'auth_success',
      'max_connections',
    ]);
    expect(first.socket.readyState).toBe(first.socket.OPEN);
  });

  test('count per key', async () => {
    const { vendor } = await fixture.vendor();
    await Client.subscribed(vendor.url, 'AM.*', 'one');
    await Client.subscribed(vendor.url, 'AM.*', 'two');
    expect(vendor.connections).toBe(2);
  });
});

describe('drops', () => {
  test.each([1000, 1001, 1008, 1011])('close every connection with code %i', async code => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.drop(code);
    expect(await client.closed).toBe(code);
  });

  test('without a code end without a handshake', async () => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.drop();
    expect(await client.closed).toBe(1006);
  });

  test.each([
    ['connect', ['connected']],
    ['auth', ['connected']],
    ['authenticated', ['connected', 'auth_success']],
    ['subscribe', ['connected', 'auth_success']],
    ['subscribed', ['connected', 'auth_success', 'success']],
  ] as const)(
    'planned at %s hit the next connections that get there, so many times',
    async (moment, seen) => {
      const { vendor } = await fixture.vendor();
      vendor.faults.dropAt(moment, { times: 2, code: 1011 });
      for (let n = 0; n < 2; n++) {
        const client = new Client(vendor.url);
        client.socket.on('open', () => {
          client.send('auth', 'key');
          client.send('subscribe', 'AM.*');
        });
        expect(await client.closed).toBe(1011);
        expect(client.statuses.map(({ status }) => status)).toEqual(seen);
      }
      await Client.subscribed(vendor.url, 'AM.*');
      expect(vendor.seen).toMatchObject({ connections: 3 });
    },
  );

  test('planned in the burst hit between two of its parts', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.dropAt('burst', { code: 1001 });
    clock.set({ now: AFTER_BURST });
    expect(await client.closed).toBe(1001);
    expect(client.bars).toHaveLength(5);
  });
});

describe('a line that is open but no good', () => {
  test('mute answers pings and carries nothing until it is unmuted', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.midBurst(() => vendor.faults.mute());
    clock.set({ now: AFTER_BURST });
    await client.until(4);
    await client.settled();
    expect(client.bars).toHaveLength(5);
    vendor.faults.unmute();
    clock.set({ now: AFTER_BURST + MINUTE });
    await client.until(8);
    expect(client.bars.filter(bar => bar['s'] === OPEN + MINUTE)).toHaveLength(20);
  });

  test('half-open answers nothing, and its ghost counts as a connection', async () => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.halfOpen();
    let pongs = 0;
    client.socket.on('pong', () => pongs++);
    client.socket.ping();
    client.socket.terminate();
    await client.closed;
    expect(pongs).toBe(0);
    expect(vendor.connections).toBe(1);
    await Client.subscribed(vendor.url, 'AM.*');
  });

  test('dripping carries one bar at a time, later and later', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.drip(30_000);
    clock.set({ now: OPEN + MINUTE + 1_000 });
    await client.settled();
    expect(client.bars).toHaveLength(0);
    for (let n = 1; n <= 3; n++) {
      clock.set({ now: OPEN + MINUTE + 1_000 + n * 30_000 });
      await client.until(3 + n);
    }
    expect(client.frames.slice(3).map(frame => frame.length)).toEqual([1, 1, 1]);
  });

  test('can stop in the middle of a frame and say no more', async () => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.stopMidFrame();
    clock.set({ now: AFTER_BURST });
    vendor.faults.drop();
    expect(await client.closed).toBe(1006);
    expect(client.frames).toHaveLength(3);
  });
});

describe('odd framing', () => {
  test('one acknowledgement a frame', async () => {
    const { vendor } = await fixture.vendor();
    vendor.faults.framing = 'ack-per-frame';
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.B,AM.C');
    await client.until(5);
    expect(client.frames.slice(2).map(frame => frame.length)).toEqual([1, 1, 1]);
  });

  test('acknowledgements and the whole minute in one frame', async () => {
    const { vendor, clock } = await fixture.vendor();
    vendor.faults.framing = 'one-frame';
    const client = new Client(vendor.url);
    await client.until(1);
    client.send('auth', 'key');
    client.send('subscribe', 'AM.*,AM.AAPL');
    await vendor.subscribed;
    clock.set({ now: AFTER_BURST });
    await client.until(3);
    await client.settled();
    expect(client.frames.map(frame => frame.length)).toEqual([1, 1, 22]);
    expect(client.frames[2]?.slice(0, 2).map(({ message }) => message)).toEqual([
      'subscribed to: AM.*',
      'subscribed to: AM.AAPL',
    ]);
  });

  test('statuses between the bars', async () => {
    const { vendor, clock } = await fixture.vendor();
    vendor.faults.framing = 'status-between-bars';
    const client = await Client.subscribed(vendor.url, 'AM.*');
    clock.set({ now: AFTER_BURST });
    await client.until(7);
    expect(client.frames[3]?.map(({ ev }) => ev)).toEqual([
      'AM',
      'status',
      'AM',
      'status',
      'AM',
      'status',
      'AM',
      'status',
      'AM',
    ]);
    expect(client.bars).toHaveLength(20);
  });
});

test.each(['several in a frame', 'several in two frames'] as const)(
  'minutes may have %s, of which the last is true',
  async contents => {
    const { vendor, clock } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    vendor.faults.contents = contents;
    clock.set({ now: AFTER_BURST });
    await client.settled();
    const bySymbol = Map.groupBy(client.bars, ({ sym }) => sym);
    const truth = new Map(vendor.truth(OPEN, OPEN + MINUTE).map(bar => [bar.symbol, bar]));
    expect(bySymbol.size).toBe(truth.size);
    const volumes = [...bySymbol.values()].map(bars => bars.map(({ v }) => v));
    expect(volumes.filter(found => found.length === 3).length).toBe(Math.floor(truth.size / 3));
    expect(volumes.some(([first, , last]) => first === last)).toBe(true);
    expect(volumes.some(found => new Set(found).size === 3)).toBe(true);
    for (const [symbol, bars] of bySymbol)
      expect(bars.at(-1)?.['v']).toBe(Math.trunc(Number(truth.get(String(symbol))?.volume)));
    const frameOf = (sym: unknown) =>
      client.frames.findIndex(frame => frame.some(event => event['sym'] === sym));
    const [several] = [...bySymbol].filter(([, bars]) => bars.length === 3);
    const inFirst = client.frames[frameOf(several?.[0])]?.filter(event => event['sym'] === several?.[0]);
    expect(inFirst).toHaveLength(contents === 'several in a frame' ? 3 : 2);
  },
);

test('a skipped minute is never sent, though it is true', async () => {
  const { vendor, clock } = await fixture.vendor();
  const client = await Client.subscribed(vendor.url, 'AM.*');
  vendor.faults.skip(OPEN, ['AAPL']);
  vendor.faults.skip(OPEN + MINUTE);
  for (const n of [1, 2, 3]) {
    clock.set({ now: OPEN + n * MINUTE + 5_000 });
    await client.settled();
  }
  const sent = (start: number) => client.bars.filter(bar => bar['s'] === start).map(bar => bar['sym']);
  expect(sent(OPEN)).toHaveLength(19);
  expect(sent(OPEN)).not.toContain('AAPL');
  expect(sent(OPEN + MINUTE)).toEqual([]);
  expect(sent(OPEN + 2 * MINUTE)).toHaveLength(20);
  expect(vendor.truth(OPEN, OPEN + 2 * MINUTE)).toHaveLength(40);
});
