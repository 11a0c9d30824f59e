/** Playing through event time: bursts in their minutes, leaps over holes, proof of life where a file says nothing. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Player } from '../../../local/simulator/player.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { Client } from './client.ts';
import { Fixture, MINUTE, OPEN, replayOf, utc } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

const at = (n: number) => OPEN + n * MINUTE;
const sent = (client: Client) => client.bars.map(bar => [bar['sym'], (Number(bar['s']) - OPEN) / MINUTE]);

describe('a replay that leaps', () => {
  test('jumps over a hole of more than 30 minutes to just before the next minute ends, after a sign of life from the open time in between', async () => {
    const source = replayOf(['A', at(0), 10, '1'], ['A', at(45), 10, '2']);
    const leaps: number[] = [];
    const settle = async (now: number) => void leaps.push(now);
    const { vendor, clock } = await fixture.vendor({ source, leap: true, synthetic: true, settle });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: at(1) + 10_000 });
    await client.until(6);
    await client.settled();
    expect(sent(client)).toEqual([
      ['A', 0],
      ['SPY', 0],
      ['SPY', 44],
    ]);
    expect(leaps).toEqual([at(45) + 50_000]);
    expect(clock.now()).toBe(at(45) + 50_000);
    clock.set({ now: at(46) + 5_000 });
    await vendor.ended;
    await client.until(8);
    expect(sent(client).slice(3)).toEqual([
      ['A', 45],
      ['SPY', 45],
    ]);
  });

  test('leaps only ten seconds after the last minute, so that its bars arrive in their own time', async () => {
    const source = replayOf(['A', at(0), 10, '1'], ['A', at(45), 10, '2']);
    const { vendor, clock } = await fixture.vendor({ source, leap: true });
    const client = await Client.subscribed(vendor.url, 'AM.A');
    clock.set({ now: at(1) + 9_999 });
    await client.until(4);
    expect(clock.now()).toBe(at(1) + 9_999);
    clock.set({ now: at(1) + 10_000 });
    await client.settled();
    expect(clock.now()).toBe(at(45) + 50_000);
  });

  test('sends nothing from a leap until whoever follows the clock has followed', async () => {
    const source = replayOf(['A', at(0), 10, '1'], ['A', at(45), 10, '2']);
    const { promise: followed, resolve: follow } = Promise.withResolvers<void>();
    const { vendor, clock } = await fixture.vendor({
      source,
      leap: true,
      synthetic: true,
      settle: () => followed,
    });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: at(1) + 10_000 });
    await client.until(5);
    await client.settled();
    expect(sent(client)).toEqual([
      ['A', 0],
      ['SPY', 0],
    ]);
    follow();
    await client.until(6);
    expect(sent(client).at(-1)).toEqual(['SPY', 44]);
  });

  test('over a night shows the last open minute of the morning before the next row', async () => {
    const source = replayOf(
      ['A', utc('2025-11-20T20:59:00Z'), 10, '1'],
      ['A', utc('2025-11-21T14:30:00Z'), 10, '2'],
    );
    const { vendor, clock } = await fixture.vendor({
      source,
      leap: true,
      synthetic: true,
      now: utc('2025-11-20T20:59:00Z'),
    });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: utc('2025-11-20T21:00:10Z') });
    await client.until(6);
    expect(client.bars.at(-1)).toMatchObject({ sym: 'SPY', s: utc('2025-11-21T14:29:00Z') });
    expect(clock.now()).toBe(utc('2025-11-21T14:30:50Z'));
  });

  test('over a weekend that ends before the market opens shows the last open minute of Friday', async () => {
    const source = replayOf(
      ['A', utc('2025-11-21T23:00:00Z'), 10, '1'],
      ['A', utc('2025-11-24T09:00:00Z'), 10, '2'],
    );
    const { vendor, clock } = await fixture.vendor({
      source,
      leap: true,
      synthetic: true,
      now: utc('2025-11-21T23:00:00Z'),
    });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: utc('2025-11-21T23:01:10Z') });
    await client.until(6);
    expect(client.bars.at(-1)).toMatchObject({ sym: 'SPY', s: utc('2025-11-22T00:59:00Z') });
  });

  test('waits out shorter holes, with a sign of life in every open minute', async () => {
    const source = replayOf(['A', at(0), 10, '1'], ['A', at(3), 10, '2']);
    const { vendor, clock } = await fixture.vendor({ source, leap: true, synthetic: true });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    for (let n = 1; n <= 4; n++) {
      clock.set({ now: at(n) + 5_000 });
      await client.settled();
    }
    await vendor.ended;
    await client.settled();
    expect(sent(client)).toEqual([
      ['A', 0],
      ['SPY', 0],
      ['SPY', 1],
      ['SPY', 2],
      ['A', 3],
      ['SPY', 3],
    ]);
  });

  test('finishes at a given instant with a sign of life from the last open minute before it', async () => {
    const { vendor, clock } = await fixture.vendor({
      source: replayOf(['A', at(0), 10, '1']),
      leap: true,
      synthetic: true,
    });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: at(1) + 10_000 });
    await vendor.finish(at(90));
    await client.settled();
    expect(sent(client)).toEqual([
      ['A', 0],
      ['SPY', 0],
      ['SPY', 89],
    ]);
    expect(clock.now()).toBe(at(90) + 1_000);
  });

  test('finishes a few minutes on without a leap, minute by minute', async () => {
    const { vendor, clock } = await fixture.vendor({
      source: replayOf(['A', at(0), 10, '1']),
      leap: true,
      synthetic: true,
    });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: at(1) + 5_000 });
    const finished = vendor.finish(at(3));
    clock.set({ now: at(3) + 5_000 });
    await finished;
    await client.settled();
    expect(sent(client)).toEqual([
      ['A', 0],
      ['SPY', 0],
      ['SPY', 1],
      ['SPY', 2],
    ]);
  });
});

test('a player that idles after the end gives a sign of life in every open minute', async () => {
  const clock = new EventClock({ now: OPEN, speed: 0 });
  const player = new Player({ clock, leap: true });
  const source = replayOf(['A', at(0), 10, '1']);
  const { vendor } = await fixture.vendor({ source, clock, player, synthetic: true });
  const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
  clock.set({ now: at(1) + 5_000 });
  await vendor.finish(at(1));
  const idle = player.idle();
  for (let n = 2; n <= 3; n++) {
    clock.set({ now: at(n) + 5_000 });
    await client.settled();
  }
  expect(sent(client)).toEqual([
    ['A', 0],
    ['SPY', 0],
    ['SPY', 1],
    ['SPY', 2],
  ]);
  await player.stop();
  await idle;
});

describe('without leaps', () => {
  test('a hole is waited out, and nothing is made up unless asked for', async () => {
    const source = replayOf(['A', at(0), 10, '1'], ['A', at(45), 10, '2']);
    const { vendor, clock } = await fixture.vendor({ source });
    const client = await Client.subscribed(vendor.url, 'AM.A,AM.SPY');
    clock.set({ now: at(45) });
    await client.until(4);
    await client.settled();
    expect(sent(client)).toEqual([['A', 0]]);
    clock.set({ now: at(46) + 5_000 });
    await vendor.ended;
    await client.until(5);
    expect(sent(client)).toEqual([
      ['A', 0],
      ['A', 45],
    ]);
  });

  test('a delayed host sends everything later by its delay', async () => {
    const { vendor, clock } = await fixture.vendor({
      source: replayOf(['A', at(0), 10, '1']),
      delay: 15 * MINUTE,
    });
    const client = await Client.subscribed(vendor.url, 'AM.A');
    clock.set({ now: at(16) });
    await client.settled();
    expect(client.bars).toEqual([]);
    expect(vendor.truth(at(0), at(1))).toEqual([]);
    clock.set({ now: at(16) + 1_000 });
    await client.until(4);
    expect(sent(client)).toEqual([['A', 0]]);
    expect(vendor.truth(at(0), at(1))).toHaveLength(1);
  });

  test('a vendor that is closed in the middle ends without an error', async () => {
    const { vendor } = await fixture.vendor();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    await vendor.close();
    await vendor.ended;
    expect(await client.closed).toBe(1006);
  });
});

describe('several markets', () => {
  /** Stocks of Friday evening and Monday, a futures contract of Sunday evening, and the same stocks a quarter of an hour later. */
  const friday = utc('2025-11-21T23:59:00Z');
  const monday = utc('2025-11-24T09:00:00Z');
  const sunday = utc('2025-11-23T23:00:00Z');

  test('play by one clock, each by its own calendar and lateness, and only a hole in all of them is leapt over', async () => {
    const clock = new EventClock({ now: friday, speed: 0 });
    const leaps: number[] = [];
    const { promise: ready, resolve: begin } = Promise.withResolvers<void>();
    const player = new Player({ clock, ready, leap: true, settle: async now => void leaps.push(now) });
    const stocks = () => replayOf(['A', friday, 10, '1'], ['A', monday, 11, '2']);
    const all = { clock, player };
    const { vendor: prompt } = await fixture.vendor({ ...all, source: stocks() });
    const { vendor: late } = await fixture.vendor({ ...all, source: stocks(), delay: 15 * MINUTE });
    const { vendor: futures } = await fixture.vendor({
      ...{ ...all, market: 'futures', source: replayOf(['ESZ5', sunday, 6_600, '3']) },
    });
    const clients = [
      await Client.subscribed(prompt.url, 'AM.A'),
      await Client.subscribed(late.url, 'AM.A'),
      await Client.subscribed(futures.url, 'AM.ESZ5'),
    ];
    begin();
    const starts = async () => {
      for (const client of clients) await client.settled();
      return clients.map(client => client.bars.map(bar => Number(bar['s'])));
    };
    const pass = async (now: number) => {
      clock.set({ now });
      return starts();
    };
    expect(await starts()).toEqual([[], [], []]);
    expect(await pass(friday + MINUTE + 1_000)).toEqual([[friday], [], []]);
    // The last of Friday is out: a weekend is leapt over, to where futures open.
    expect(await pass(friday + 16 * MINUTE + 1_000)).toEqual([[friday], [friday], []]);
    await pass(friday + 16 * MINUTE + 20_000);
    expect(leaps).toEqual([sunday + 50_000]);
    expect(await pass(sunday + MINUTE + 1_000)).toEqual([[friday], [friday], [sunday]]);
    await pass(sunday + MINUTE + 20_000);
    expect(await pass(monday + MINUTE + 1_000)).toEqual([[friday, monday], [friday], [sunday]]);
    expect(await pass(monday + 16 * MINUTE + 1_000)).toEqual([[friday, monday], [friday, monday], [sunday]]);
    await player.ended;
  });
});
