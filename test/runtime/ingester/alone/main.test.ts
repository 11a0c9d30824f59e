/** The ingester that stands alone as a process, before a vendor that says what a test scripts. */
import { existsSync, readFileSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../../local/simulator/market.ts';
import { Vendor } from '../../../../local/simulator/vendor.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import type { Folder } from '../../../support/folder.ts';
import { AloneRig, type Shell } from '../support/alone.ts';
import { eventually } from '../support/eventually.ts';
import { RedisServer, testWithRedis } from '../support/redis-server.ts';
import type { Client, ScriptedVendor } from '../support/vendor.ts';

const INGESTER = join(import.meta.dirname, '../../../../runtime/ingester/main.ts');
const quote = (sym: string) => ({ ev: 'Q', sym, t: 1_763_649_000_000 });
/** Node as it is where the optional package is missing. */
const WITHOUT_ZEROMQ = `--import data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve: (name, context, next) => next(name === 'zeromq' ? 'no-such-package' : name, context) });
`)}`;
const trade = (q: number, sym = 'AAPL') => ({ ev: 'T', sym, p: 175.5, q, t: 1_763_649_000_000 + q });

describe('the ingester that stands alone', () => {
  let rig: AloneRig;
  let folder: Folder;
  let vendor: ScriptedVendor;

  beforeEach(async () => {
    rig = await AloneRig.start('T.*,Q:ES*');
    ({ folder, vendor } = rig);
  });

  afterEach(() => rig[Symbol.asyncDispose]());

  const started = (variables: Readonly<Record<string, string>>, shell?: Shell) =>
    rig.started(variables, shell);

  async function welcomed(): Promise<Client> {
    const client = await vendor.client();
    expect(await client.welcome()).toEqual(['T.*', 'Q.*']);
    return client;
  }

  test('writes lines to standard output, its log elsewhere, and loses nothing when it is told to stop', async () => {
    const alone = started({});
    const client = await welcomed();
    client.frame(trade(1), quote('MSFT'), quote('ESZ5'), trade(2, 'BRK.B'));
    await eventually(() => alone.out.includes('BRK.B'));
    expect(alone.out.replaceAll(/^\S+/gm, '<time>')).toBe(
      '<time> INFO polygon_events: T:AAPL {"ev":"T","sym":"AAPL","p":175.5,"q":1,"t":1763649000001}\n' +
        '<time> INFO polygon_events: Q:ESZ5 {"ev":"Q","sym":"ESZ5","t":1763649000000}\n' +
        '<time> INFO polygon_events: T:BRK.B {"ev":"T","sym":"BRK.B","p":175.5,"q":2,"t":1763649000002}\n',
    );
    expect(await alone.end()).toBe(0);
    expect(alone.log).toContain('"message":"polygon_config"');
    expect(alone.log).toContain('"message":"polygon_stats"');
    expect(alone.log).not.toContain('the-secret-key');
  });

  test('answers whether it lives and is ready, and counts with names that monitoring knows', async () => {
    const alone = started({
      READY_MIN_MESSAGES: '2',
      HEARTBEAT_INTERVAL_SECS: '0',
      READ_TIMEOUT_SECS: '3600',
    });
    expect(await alone.answer('/health')).toEqual({ status: 200, text: '{"status":"ok"}' });
    const client = await welcomed();
    await eventually(async () => (await alone.answer('/ready')).text.includes('0 of 2 messages have come'));
    client.frame(trade(1), quote('ESZ5'), { ev: 'T', sym: 'AAPL', p: 1 });
    await eventually(async () => (await alone.answer('/ready')).status === 200);
    client.socket.terminate();
    await welcomed();
    await eventually(async () => (await alone.answer('/ready')).status === 200);
    expect(alone.log.match(/the connection to the feed ended|the subscription stands/g)).toEqual([
      'the subscription stands',
      'the connection to the feed ended',
      'the subscription stands',
    ]);
    const { text } = await alone.answer('/metrics');
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    const values = new Map(
      [...text.matchAll(/^(polygon_\w+) (\d+)$/gm)].map(([, name, value]) => [name, value]),
    );
    const expected = {
      ...{ reconnects: 1, reconnect_success: 1, reconnect_failure: 0, read_timeouts: 0, heartbeats_sent: 0 },
      ...{ messages_received: 2, trades: 1, quotes: 1, errors: 1, channel_drops: 0, ndjson_drops: 0 },
    };
    for (const [name, value] of Object.entries(expected)) {
      expect([name, types.get(`polygon_${name}_total`)]).toEqual([name, 'counter']);
      expect([name, values.get(`polygon_${name}_total`)]).toEqual([name, `${value}`]);
    }
    expect(text).toMatch(/^polygon_build_info\{version="[^"]+"\} 1$/m);
    expect(text).toMatch(/^polygon_sink_written_total\{sink="stdout"\} 2$/m);
    expect(alone.log).toContain('t is missing: use milliseconds');
  });

  test('ends well when whoever reads has enough', async () => {
    const alone = started({}, { after: '| head -n 1' });
    const client = await welcomed();
    const pipe = setInterval(() => client.frame(trade(1)), 5);
    await alone.exited;
    clearInterval(pipe);
    expect(alone.child.exitCode).toBe(0);
    expect(alone.out.split('\n')).toHaveLength(2);
  });

  test('writes envelopes to a file, goes on in a new one after SIGHUP, and has written all when it ends', async () => {
    const path = join(folder.path, 'f.ndjson');
    const alone = started({ SINK: 'ndjson', NDJSON_DEST: path, NDJSON_FLUSH_EVERY: '1' });
    const client = await welcomed();
    client.frame(trade(1));
    await eventually(() => readFileSync(path, 'utf8').includes('"q":1'));
    renameSync(path, `${path}.1`);
    alone.child.kill('SIGHUP');
    // It hears a signal at any time after it was sent: it goes on in the old file until then.
    let sent = 1;
    await eventually(() => {
      client.frame(trade(++sent));
      return existsSync(path) && readFileSync(path, 'utf8') !== '';
    });
    expect(await alone.end()).toBe(0);
    const lines = [`${path}.1`, path].flatMap(each => readFileSync(each, 'utf8').trimEnd().split('\n'));
    const envelopes = lines.map((line): unknown => JSON.parse(line));
    expect(envelopes[0]).toMatchObject({
      ...{ type: 'T', symbol: 'AAPL', topic: 'T.AAPL', feed: 'stocks', ts: 1_763_649_000_001 },
      ...{ payload: trade(1), schema_version: 1, seq: 1 },
    });
    expect(envelopes).toMatchObject(
      envelopes.map((_, index) => ({ seq: index + 1, payload: { q: index + 1 } })),
    );
  });

  test('goes on with standard output while the disk of its file is full, and says so', async () => {
    const alone = started({ SINK: 'ndjson,stdout', NDJSON_DEST: '/dev/full', NDJSON_CHANNEL_CAP: '2' });
    const client = await welcomed();
    client.frame(...Array.from({ length: 50 }, (_, n) => trade(n)));
    await eventually(() => alone.out.includes('"q":49'));
    await eventually(() => alone.log.includes('ENOSPC'));
    const { text } = await alone.answer('/metrics');
    expect(text).toMatch(/^polygon_sink_written_total\{sink="stdout"\} 50$/m);
    expect(text).toMatch(/^polygon_sink_held\{sink="ndjson"\} 2$/m);
    expect(text).toMatch(/^polygon_ndjson_drops_total 48$/m);
    const { status, text: ready } = await alone.answer('/ready');
    expect([status, ready]).toEqual([503, expect.stringMatching(/"reason":"ndjson cannot write: ENOSPC/)]);
  });

  test('feeds a file while nobody reads its standard output', async () => {
    const path = join(folder.path, 'f.ndjson');
    const variables = {
      SINK: 'stdout,ndjson',
      CHANNEL_CAP: '100',
      NDJSON_CHANNEL_CAP: '100000',
      NDJSON_DEST: path,
    };
    const alone = started(variables);
    alone.child.stdout?.pause();
    const client = await welcomed();
    const events = Array.from({ length: 100 }, (_, n) => ({ ...trade(n), pad: 'x'.repeat(1_000) }));
    for (let n = 0; n < 30; n++) client.frame(...events);
    await eventually(() => readFileSync(path, 'utf8').split('\n').length === 3_001);
    const { text } = await alone.answer('/metrics');
    const values = new Map(
      [...text.matchAll(/^polygon_sink_(\w+)\{sink="stdout"[^}]*\} (\d+)$/gm)].map(([, name, value]) => [
        name,
        Number(value),
      ]),
    );
    expect(values.get('dropped_total')).toBeGreaterThan(0);
    const ends = ['written_total', 'dropped_total', 'held'].map(name => values.get(name) ?? Number.NaN);
    expect(ends.reduce((sum, each) => sum + each)).toBe(3_000);
  });

  test('leaves no torn line in a file that may not grow, also after somebody has copied and emptied it', async () => {
    const path = join(folder.path, 'f.ndjson');
    const alone = started({ SINK: 'ndjson', NDJSON_DEST: path }, { before: 'ulimit -f 2;' });
    const client = await welcomed();
    const written = async () => (await alone.answer('/metrics')).text.match(/written_total\{.*\} (\d+)/)?.[1];
    client.frame(trade(1), trade(2));
    await eventually(async () => (await written()) === '2');
    truncateSync(path);
    client.frame(...Array.from({ length: 30 }, (_, n) => trade(n)));
    await eventually(() => alone.log.includes('EFBIG'));
    // It tries again now and then, and clears away what it began: all of them have no room together.
    await eventually(() => readFileSync(path, 'utf8') === '');
  });

  test('sends pings, and gives a connection up on which nothing comes for as long as it is told', async () => {
    const alone = started({ READ_TIMEOUT_SECS: '1', HEARTBEAT_INTERVAL_SECS: '0.2' });
    // No answer to a ping, nor anything else.
    (await vendor.client()).socket.pause();
    const shows = async (what: RegExp) => what.test((await alone.answer('/metrics')).text);
    await eventually(() => shows(/^polygon_heartbeats_sent_total [1-9]/m));
    await eventually(() => shows(/^polygon_read_timeouts_total [1-9]/m));
  });

  test('takes the simulated vendor for the real one, and passes every kind on', async () => {
    const path = join(folder.path, 'f.ndjson');
    const clock = new EventClock({ now: Date.UTC(2025, 10, 20, 14, 30), speed: 0 });
    const source = new SimulatedMarket({ market: 'crypto', symbols: 3, quietest: 50 });
    const simulated = await Vendor.start({ market: 'crypto', source, clock });
    const kinds = ['FMV', 'XA', 'XAS', 'XL2', 'XQ', 'XT'];
    const alone = started({
      ...{ FEED_URL: simulated.url, POLYGON_CLUSTER: 'crypto', SINK: 'ndjson', NDJSON_DEST: path },
      ...{ SUBSCRIPTION: kinds.map(kind => `${kind}.BTC*`).join(), NDJSON_FLUSH_INTERVAL_MS: '1' },
    });
    await eventually(async () => (await alone.answer('/ready')).text.includes('0 of 1 messages'));
    clock.set({ now: clock.now() + 70_000 });
    const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');
    await eventually(() => lines().length >= kinds.length);
    const envelopes: { type: string; symbol: string }[] = lines().map(line => JSON.parse(line));
    expect([...new Set(envelopes.map(({ type }) => type))].toSorted()).toEqual(kinds);
    for (const { symbol } of envelopes) expect(symbol).toBe('BTC-USD');
    expect(await alone.end()).toBe(0);
    await simulated.close();
  });

  test('says which kind the vendor sends nothing of, and goes on with the others', async () => {
    const alone = started({});
    const client = await vendor.client();
    client.status('connected');
    await client.command();
    client.status('auth_success');
    await client.command();
    client.frame(
      { ev: 'status', status: 'success', message: 'subscribed to: T.*' },
      { ev: 'status', status: 'error', message: 'not authorized' },
    );
    client.frame(trade(1));
    await eventually(async () => (await alone.answer('/ready')).status === 200);
    expect(await alone.answer('/ready')).toEqual({
      status: 200,
      text: '{"status":"ready","missing":["Q.*"]}',
    });
  });

  testWithRedis(
    'fills Redis, tells how it stands with it, and goes on without it and with it again',
    async () => {
      await using server = await RedisServer.start();
      await server.ask('CONFIG', 'SET', 'requirepass', 'hunter2');
      const url = server.url.replace('//', '//:hunter2@');
      const alone = started({ SINK: 'redis,stdout', REDIS_URL: url });
      const client = await welcomed();
      const stats = async () => (await alone.answer('/stats')).text;
      client.frame(trade(1));
      await eventually(async () => (await stats()).includes('"name":"redis","accepted":1,"written":1'));
      await server.end();
      client.frame(trade(2));
      await eventually(async () => (await stats()).includes('"circuit":"open"'));
      await eventually(() => alone.out.includes('"q":2'));
      await server.begin();
      await eventually(async () => (await stats()).includes('"name":"redis","accepted":2,"written":2'));
      expect(await stats()).toContain('"circuit":"closed"');
      expect(await server.ask('GET', 'stock:trade:AAPL')).toBe(JSON.stringify(trade(2)));
      expect(alone.log).toContain('has cut the connection: look whether it runs');
      expect(await alone.end()).toBe(0);
      expect(alone.log).not.toContain('hunter2');
    },
  );

  test('is what the ingester’s own program is where a sink is named', async () => {
    const alone = started({ POLYGON_API_KEY: '', SINK: 'stdout' }, { main: INGESTER });
    await alone.exited;
    expect(alone.child.exitCode).toBe(2);
    expect(alone.log.trimEnd().split('\n')).toEqual([
      'the environment is not usable:',
      expect.stringMatching('POLYGON_API_KEY'),
    ]);
  });

  test.each<[Readonly<Record<string, string>>, RegExp]>([
    [{ POLYGON_API_KEY: '' }, /POLYGON_API_KEY is missing/],
    [{ SINK: 'redis' }, /REDIS_URL is missing: the sink redis needs it/],
    [{ SINK: 'redis', REDIS_URL: '127.0.0.1:6379' }, /REDIS_URL: it begins with no scheme/],
    [{ SINK: 'ndjson', NDJSON_DEST: '/' }, /NDJSON_DEST: '\/' cannot be written \(EISDIR\)/],
    [
      { SINK: 'zmq', NODE_OPTIONS: WITHOUT_ZEROMQ },
      /SINK: zmq needs the package zeromq, which is not installed: npm install zeromq/,
    ],
    [{ METRICS_ADDR: '192.0.2.1:0' }, /METRICS_ADDR: 192.0.2.1:0 cannot be listened on \(EADDRNOTAVAIL\)/],
  ])('says in one line what is wrong with %j, and ends with 2', async (variables, problem) => {
    const alone = started(variables);
    await alone.exited;
    expect(alone.child.exitCode).toBe(2);
    expect(alone.log.trimEnd().split('\n')).toEqual([
      'the environment is not usable:',
      expect.stringMatching(problem),
    ]);
  });
});
