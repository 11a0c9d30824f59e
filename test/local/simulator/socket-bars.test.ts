import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { Client } from './client.ts';
import { Fixture, MINUTE, OPEN, replayOf } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

const status = (name: string, message: string) => ({ ev: 'status', status: name, message });
const subscribedTo = (topic: string) => status('success', `subscribed to: ${topic}`);

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

  test('of crypto have a whole average size, for the vendor’s client in Go takes no other', async () => {
    const source = new SimulatedMarket({ market: 'crypto', symbols: 10, quietest: 50 });
    const { vendor, clock } = await fixture.vendor({ market: 'crypto', source });
    const client = await Client.subscribed(vendor.url, 'XA.*');
    clock.set({ now: OPEN + MINUTE + 5_000 });
    await client.settled();
    const sizes = client.bars.map(({ z }) => z);
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes.filter(z => !Number.isInteger(z))).toEqual([]);
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
