/** Before `--live` starts anything it asks the vendor what the key may do, and says what to do if that is not enough. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkLive } from '../../../local/cli/live-check.ts';
import { liveHostOf } from '../../../local/cli/live-host.ts';
import type { Refusal } from '../../../local/simulator/socket-faults.ts';
import type { Vendor } from '../../../local/simulator/vendor.ts';
import { socketUrl } from '../../../runtime/vendor/address-names.ts';
import { start } from '../../support/command.ts';
import { Fixture } from '../simulator/fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

const KEY = 'a-key-of-some-length';
const hostOf = (vendor: Vendor) => `127.0.0.1:${vendor.port}`;
const check = (vendor: Vendor, more: { apiKey?: string; patience?: number } = {}) =>
  checkLive({
    ...{ live: { host: hostOf(vendor), delaySeconds: 0 }, market: 'stocks', apiKey: KEY, symbol: 'SPY' },
    ...{ settling: 20, ...more },
  });

describe('a key', () => {
  test('that may have what is asked for is let in, and its connection is gone before the ingester’s comes', async () => {
    const { vendor } = await fixture.vendor({ key: KEY });
    await check(vendor);
    expect(vendor.seen).toMatchObject({ connections: 1, authentications: 1, subscribes: 1 });
    while (vendor.connections > 0) await new Promise(setImmediate);
  });

  test.each<[Refusal, RegExp]>([
    ['key', /^--live: the vendor refuses the key in POLYGON_API_KEY: copy it from/],
    [
      'plan',
      /^--live: the plan has no WebSocket for stocks: upgrade it, or take the vendor's flat files: npm start -- --import FILE$/,
    ],
    [
      'real-time',
      /^--live: the plan has no real-time data of 127\.0\.0\.1:\d+: name its delayed form, --host delayed-/,
    ],
    ['max-connections', /^--live: another connection uses this key for stocks: end it, or wait a minute/],
    ['timeout', /^--live: 127\.0\.0\.1:\d+ ended the connection: authentication came too late/],
  ])('that meets %s is told what to do', async (refusal, answer) => {
    const { vendor } = await fixture.vendor();
    vendor.faults.refusal = refusal;
    await expect(check(vendor)).rejects.toThrow(answer);
  });

  test('that may not have these minutes is told so', async () => {
    const { vendor } = await fixture.vendor();
    vendor.faults.forbiddenTopics.add('AM');
    await expect(check(vendor)).rejects.toThrow(/^--live: the plan does not cover AM\.SPY at 127/);
  });
});

describe('a host', () => {
  test('that nobody listens on cannot be reached', async () => {
    const { vendor } = await fixture.vendor();
    const port = vendor.port;
    await vendor.close();
    const live = { host: `127.0.0.1:${port}`, delaySeconds: 0 };
    await expect(checkLive({ live, market: 'stocks', apiKey: KEY, symbol: '*' })).rejects.toThrow(
      /^--live: 127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED.*\): look at the network/,
    );
  });

  test('that says nothing does not answer', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const question = { live: { host, delaySeconds: 0 }, market: 'stocks', apiKey: KEY, symbol: '*' } as const;
    await expect(checkLive({ ...question, patience: 100 })).rejects.toThrow(
      /^--live: 127\.0\.0\.1:\d+ (does not answer|cannot be reached \(Opening handshake has timed out\))/,
    );
    server.close();
  });

  test('that hangs up is tried again later', async () => {
    const { vendor } = await fixture.vendor();
    vendor.faults.dropAt('connect');
    await expect(check(vendor)).rejects.toThrow(
      /^--live: 127\.0\.0\.1:\d+ ends the connection without a word/,
    );
  });

  test.each([
    [undefined, undefined, 'stocks', 'wss://socket.massive.com/stocks', 0],
    ['delayed.massive.com', undefined, 'stocks', 'wss://delayed.massive.com/stocks', 900],
    ['delayed.massive.com', undefined, 'futures', 'wss://delayed.massive.com/futures', 600],
    ['delayed-business.massive.com', '120', 'stocks', 'wss://delayed-business.massive.com/stocks', 120],
    ['business.massive.com', undefined, 'crypto', 'wss://business.massive.com/crypto', 0],
    ['127.0.0.1:9000', undefined, 'stocks', 'ws://127.0.0.1:9000/stocks', 0],
  ] as const)('%s with delay %s for %s is %s, %i s late', (host, delay, market, url, seconds) => {
    const live = liveHostOf(host, delay, market);
    expect([socketUrl(live.host, market), live.delaySeconds]).toEqual([url, seconds]);
  });

  test.each([
    ['wss://socket.massive.com', undefined, /^--host 'wss:\/\/socket\.massive\.com' is no host/],
    ['', undefined, /^--host '' is no host/],
    ['delayed.massive.com', 'late', /^--delay 'late' is not allowed: use a number from 0 to 3600/],
  ])('%s with delay %s is refused', (host, delay, answer) => {
    expect(() => liveHostOf(host, delay, 'stocks')).toThrow(answer);
  });
});

test('npm start -- --live ends with 2 and one line where the plan has no real-time data', async () => {
  const { vendor } = await fixture.vendor();
  vendor.faults.refusal = 'real-time';
  const { code, stderr } = await start(['--live', '--symbols', 'SPY', '--host', hostOf(vendor)], {
    env: { POLYGON_API_KEY: KEY },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^--live: the plan has no real-time data of .*\n$/);
  expect(stderr).not.toContain(KEY);
});
