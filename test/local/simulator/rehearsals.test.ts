/** What each rehearsal makes the simulated vendor do, seen from a plain client, and that it ends. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { type Fault, faults, rehearsals } from '../../../local/simulator/rehearsals.ts';
import { CORRECTED_AFTER, TroubledMarket } from '../../../local/simulator/troubled-market.ts';
import { Client } from './client.ts';
import { Fixture, MINUTE, OPEN } from './fixture.ts';
import { get, range } from './rest-client.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

/** Twenty symbols that trade in every minute. */
function marketUntil(to: number): TroubledMarket {
  return new TroubledMarket(
    new SimulatedMarket({ market: 'stocks', symbols: 20, quietest: 50, from: OPEN, to }),
  );
}

async function stage() {
  const market = marketUntil(Number.POSITIVE_INFINITY);
  const { vendor, clock } = await fixture.vendor({ source: market });
  const set = (fault: Fault, isOn = true) => rehearsals[fault].set({ vendor, market, clock }, isOn);
  /** Lets the minutes up to the `n`th of the session pass, one by one, and everything of them arrive. */
  const pass = async (n: number, client: Client) => {
    for (let minute = Math.floor((clock.now() - OPEN) / MINUTE) + 1; minute <= n; minute++) {
      clock.set({ now: OPEN + minute * MINUTE + 5_000 });
      await client.settled();
    }
  };
  return { market, vendor, clock, set, pass };
}

const minutesOf = (client: Client) => client.bars.map(({ s }) => (Number(s) - OPEN) / MINUTE);

describe('the socket', () => {
  test('down refuses whoever comes, and everybody who is there', async () => {
    const { vendor, set } = await stage();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    set('down');
    expect(await client.closed).toBe(1001);
    const refused = new Client(vendor.url);
    refused.socket.on('error', () => undefined);
    expect(await refused.closed).toBe(1006);
    expect(refused.frames).toEqual([]);
    set('down', false);
    await Client.subscribed(vendor.url, 'AM.*');
  });

  test('silent answers and sends no bars, also to those who come anew', async () => {
    const { vendor, set, pass } = await stage();
    set('silent');
    const client = await Client.subscribed(vendor.url, 'AM.*');
    await pass(2, client);
    expect(client.bars).toEqual([]);
    set('silent', false);
    await pass(3, client);
    expect(new Set(minutesOf(client))).toEqual(new Set([2]));
  });

  test.each([
    ['refused-key', 1006, 'authentication failed'],
    ['no-websocket', 1006, "Your plan doesn't include websocket access."],
    ['auth-timeout', 1000, 'No authentication request received.'],
    ['max-connections', 1008, /^Maximum number of websocket connections exceeded/],
  ] as const)('%s sends everybody away', async (fault, code, message) => {
    const { vendor, set } = await stage();
    const before = await Client.subscribed(vendor.url, 'AM.*');
    set(fault);
    expect(await before.closed).toBe(1001);
    const client = new Client(vendor.url);
    client.socket.on('open', () => client.send('auth', 'key'));
    expect(await client.closed).toBe(code);
    expect(client.statuses.at(-1)?.message).toMatch(message);
    set(fault, false);
    await Client.subscribed(vendor.url, 'AM.*');
  });

  test('no-real-time lets in and sends no data', async () => {
    const { vendor, set, pass } = await stage();
    set('no-real-time');
    const client = await Client.subscribed(vendor.url, 'AM.*');
    await pass(2, client);
    expect(client.statuses.map(({ message }) => message).join()).toContain(
      "You don't have access real-time data",
    );
    expect(client.bars).toEqual([]);
  });

  test.each([
    ['frames-one', 4],
    ['frames-mixed', 5],
    ['frames-many', 5],
  ] as const)('%s sends what it always sends, in frames of another kind', async (fault, least) => {
    const { vendor, set, pass } = await stage();
    set(fault);
    const client = new Client(vendor.url);
    client.socket.on('open', () => {
      client.send('auth', 'key');
      client.send('subscribe', 'AM.SPY,AM.AAPL');
    });
    await client.until(2);
    await pass(1, client);
    expect(new Set(client.bars.map(({ sym }) => sym))).toEqual(new Set(['SPY', 'AAPL']));
    expect(client.events.length).toBeGreaterThanOrEqual(least);
  });

  test.each(['drop', 'half-open', 'cut-frame', 'drip'] as const)(
    '%s spoils the connections of now, and no later one',
    async fault => {
      const { vendor, set, pass } = await stage();
      const spoilt = await Client.subscribed(vendor.url, 'AM.*', 'another key');
      set(fault);
      const client = await Client.subscribed(vendor.url, 'AM.*');
      await pass(1, client);
      expect(client.bars).toHaveLength(20);
      expect(spoilt.bars.length).toBeLessThan(20);
    },
  );

  test('several-contents sends other contents of some bars first, and the last ones last', async () => {
    const { vendor, set, pass } = await stage();
    set('several-contents');
    const client = await Client.subscribed(vendor.url, 'AM.*');
    await pass(1, client);
    const bySymbol = [...Map.groupBy(client.bars, ({ sym }) => sym).values()];
    expect(bySymbol).toHaveLength(20);
    expect(bySymbol.filter(bars => new Set(bars.map(({ v }) => v)).size > 1)).toHaveLength(6);
    set('several-contents', false);
    await pass(2, client);
    expect(client.bars.filter(({ s }) => s === OPEN + MINUTE)).toHaveLength(20);
  });

  test.each([
    ['bad-bars', 20],
    ['bad-flood', 1_000],
  ] as const)('%s sends bars that cannot be', async (fault, count) => {
    const { vendor, set } = await stage();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    set(fault);
    await client.settled();
    expect(client.bars).toHaveLength(count);
    expect(client.bars.every(({ h, l }) => Number(h) < Number(l))).toBe(true);
  });
});

describe('the market', () => {
  test('corrections sends every minute again seven minutes later, as REST has it then', async () => {
    const { vendor, set, pass } = await stage();
    const client = await Client.subscribed(vendor.url, 'AM.SPY');
    await pass(1, client);
    set('corrections');
    await pass(3, client);
    set('corrections', false);
    await pass(12, client);
    const late = CORRECTED_AFTER / MINUTE;
    const again = client.bars.filter(({ s }, n, all) => all.findIndex(bar => bar['s'] === s) < n);
    expect(again.map(({ s }) => (Number(s) - OPEN) / MINUTE)).toEqual([1, 2]);
    const positions = minutesOf(client);
    expect(positions.indexOf(1, positions.indexOf(1) + 1)).toBeGreaterThan(positions.indexOf(late));
    const { body } = await get(vendor, range('SPY', OPEN, OPEN + 5 * MINUTE));
    const volumeOf = (minute: number) => client.bars.findLast(({ s }) => s === OPEN + minute * MINUTE)?.['v'];
    for (const minute of [0, 1, 2, 3])
      expect(Math.trunc(body.results?.[minute]?.v ?? 0)).toBe(volumeOf(minute));
  });

  test('corrections come also of the last minutes of a market that has ended', () => {
    const to = OPEN + 3 * MINUTE;
    const market = marketUntil(to);
    market.correct(OPEN);
    const bursts: number[] = [];
    for (let next = market.next(OPEN); next !== undefined; next = market.next(next + MINUTE)) {
      if (market.burst(next).some(({ start }) => start < next))
        bursts.push((next - CORRECTED_AFTER - OPEN) / MINUTE);
    }
    expect(bursts).toEqual(expect.arrayContaining([0, 1, 2]));
  });

  test('held-back keeps some minutes from the socket that REST has', async () => {
    const { vendor, set, pass } = await stage();
    set('held-back');
    const client = await Client.subscribed(vendor.url, 'AM.*');
    await pass(6, client);
    const bySymbol = Map.groupBy(client.bars, ({ sym }) => sym);
    const held = [...bySymbol].filter(([, bars]) => !bars.some(({ s }) => s === OPEN + 4 * MINUTE));
    expect(held.length).toBeGreaterThan(3);
    expect(held.length).toBeLessThan(17);
    const [symbol] = held[0] ?? [];
    const { body } = await get(vendor, range(String(symbol), OPEN + 4 * MINUTE, OPEN + 4 * MINUTE));
    expect(body.results).toHaveLength(1);
  });

  test('halt leaves a quarter of the symbols, on the socket and over REST', async () => {
    const { vendor, market, clock, set, pass } = await stage();
    const client = await Client.subscribed(vendor.url, 'AM.*');
    set('halt');
    await pass(1, client);
    expect(client.bars).toHaveLength(5);
    set('halt', false);
    await pass(2, client);
    expect(client.bars).toHaveLength(25);
    const halted = market.symbols.filter(
      symbol => market.history(symbol, OPEN, OPEN + 2 * MINUTE, clock.now()).length === 1,
    );
    expect(halted).toHaveLength(15);
  });
});

test('announced-halt halts every eighth symbol, and says so to whoever wants price bands', async () => {
  const { vendor, market, clock, set, pass } = await stage();
  const client = await Client.subscribed(vendor.url, 'AM.*,LULD.*', 'one key');
  const other = await Client.subscribed(vendor.url, 'AM.*', 'another key');
  const halted = [4, 12].map(n => market.symbols[n]);
  const said = () =>
    client.events
      .filter(({ ev, i }) => ev === 'LULD' && Array.isArray(i) && i.length > 0)
      .map(({ T, i, t }) => [T, i, Math.floor(Number(t) / 1e6)]);
  const barsOf = (of: Client) =>
    halted.map(symbol => of.events.filter(({ ev, sym }) => ev === 'AM' && sym === symbol).length);
  await pass(1, client);
  const begun = clock.now();
  set('announced-halt');
  await pass(4, client);
  expect(said()).toEqual(halted.map(symbol => [symbol, [17], begun]));
  const ended = clock.now();
  set('announced-halt', false);
  await pass(6, client);
  await other.settled();
  expect(said().slice(2)).toEqual(halted.map(symbol => [symbol, [18], ended]));
  expect([barsOf(client), barsOf(other)]).toEqual([
    [4, 4],
    [4, 4],
  ]);
  expect(other.events.some(({ ev }) => ev === 'LULD')).toBe(false);
});

const restPaths = [
  `${range('SPY', OPEN, OPEN + 10 * MINUTE)}?limit=1`,
  '/v3/reference/tickers?market=stocks',
  '/v1/marketstatus/upcoming',
];

/** What REST answers to each question, without what differs from one reply to the next. */
function ask(url: string, signal?: AbortSignal): Promise<string[]> {
  const init = { headers: { authorization: 'Bearer key' }, ...(signal && { signal }) };
  return Promise.all(
    restPaths.map(async path => {
      const reply = await fetch(`${url}${path}`, init).catch(String);
      if (typeof reply === 'string') return reply;
      const body = await reply.text().catch(String);
      return createHash('md5')
        .update(`${reply.status} ${body.replaceAll(/request_id[^,}]*/g, '')}`)
        .digest('hex');
    }),
  );
}

/** Those of REST that show in an answer's body. */
const spoiling = faults.filter(name => /^rest-(?!hang|clock-off|lag)/.test(name));

test.each(spoiling)('%s spoils what REST answers, until it ends', async fault => {
  const { vendor, clock, set } = await stage();
  clock.set({ now: OPEN + 3 * MINUTE });
  const healthy = await ask(vendor.restUrl);
  set(fault);
  expect(await ask(vendor.restUrl)).not.toEqual(healthy);
  set(fault, false);
  expect(await ask(vendor.restUrl)).toEqual(healthy);
});

test('rest-lag lets REST know nothing new for a while, and forget nothing that it has told', async () => {
  const { vendor, clock, set } = await stage();
  const rows = async () => {
    const { body } = await get(vendor, range('SPY', OPEN, OPEN + 10 * MINUTE));
    return body.results?.length;
  };
  clock.set({ now: OPEN + 3 * MINUTE });
  expect(await rows()).toBe(2);
  set('rest-lag');
  clock.set({ now: OPEN + 4 * MINUTE });
  expect(await rows()).toBe(2);
  set('rest-lag', false);
  expect(await rows()).toBe(3);
});

test('rest-hang answers nothing over REST, until it ends', async () => {
  const { vendor, set } = await stage();
  const healthy = await ask(vendor.restUrl);
  set('rest-hang');
  const enough = new AbortController();
  const asked = ask(vendor.restUrl, enough.signal);
  while (vendor.seen.requests < 2 * restPaths.length) await new Promise(setImmediate);
  enough.abort();
  expect(new Set(await asked)).toEqual(new Set(['AbortError: This operation was aborted']));
  set('rest-hang', false);
  expect(await ask(vendor.restUrl)).toEqual(healthy);
});

test('rest-clock-off dates what REST answers half a minute back, until it ends', async () => {
  const { vendor, set } = await stage();
  /** When an answer is dated, and when it was asked for and had; dates know no parts of a second. */
  const ask = async () => {
    const asked = Math.floor(Date.now() / 1_000) * 1_000;
    const { headers } = await fetch(`${vendor.restUrl}/v1/marketstatus/now`);
    return { asked, dated: Date.parse(headers.get('date') ?? ''), had: Date.now() };
  };
  const before = await ask();
  expect(before.dated).toBeGreaterThanOrEqual(before.asked);
  set('rest-clock-off');
  const off = await ask();
  expect(off.dated).toBeLessThanOrEqual(off.had - 29_000);
  set('rest-clock-off', false);
  const after = await ask();
  expect(after.dated).toBeGreaterThanOrEqual(after.asked);
});

test('no two rehearsals have one key', () => {
  const keys = faults.flatMap(name => {
    const { key }: { key?: string } = rehearsals[name];
    return key === undefined ? [] : [key];
  });
  expect(keys.length).toBeGreaterThan(8);
  expect(new Set(keys).size).toBe(keys.length);
});
