/** What may go wrong between here and a Redis server: each said in one line with what to do, and over without a restart once it is mended. */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RedisOutlet } from '../../../../runtime/ingester/sinks/redis/redis.ts';
import { processTime } from '../../../../runtime/platform/time.ts';
import { Folder } from '../../../support/folder.ts';
import { freePorts } from '../../../support/free-ports.ts';
import { skipped } from '../../../support/skipped.ts';
import { MemoryLogger } from '../../ingester/support/log.ts';
import { RedisProxy } from '../../ingester/support/redis-proxy.ts';
import { describeWithRedis, RedisServer } from '../../ingester/support/redis-server.ts';
import { redisSink, tradeOf } from '../../ingester/support/redis-sink.ts';
import { atOnce, timeWith } from '../../ingester/support/test-time.ts';

const NOON = 1_763_658_000_000;
const hasOpenSsl = (() => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
})();
/** Waits for nobody. */
const soon = timeWith({ connection: atOnce });

describeWithRedis('between here and a Redis server', () => {
  let server: RedisServer;
  const logger = new MemoryLogger();
  const sinks: RedisOutlet[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    await server.ask('FLUSHALL');
  });
  afterEach(async () => {
    for (const sink of sinks.splice(0)) await sink.close();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  function sinkTo(url: string, time = processTime): RedisOutlet {
    const sink = redisSink({ url, logger, time });
    sinks.push(sink);
    return sink;
  }
  const events = (count = 1) => Array.from({ length: count }, (_, n) => tradeOf(`S${n}`, NOON, n));
  /** What is said, in one line, of a write that leaves everything for another attempt. */
  async function failure(sink: RedisOutlet): Promise<string> {
    const given = events();
    const { left, error } = await sink.write(given);
    expect(left).toEqual(given);
    expect(error?.message).not.toContain('\n');
    return error?.message ?? '';
  }
  async function expectMended(sink: RedisOutlet): Promise<void> {
    expect(await sink.write(events())).toEqual({ left: [], unfit: [] });
    expect(sink.state).toBe('closed');
  }

  test('a connection cut in the middle of a pipeline loses nothing and adds nothing twice', async () => {
    await using proxy = await RedisProxy.start(server.port);
    const sink = sinkTo(proxy.url);
    await sink.write(events(1));
    await server.ask('FLUSHALL');
    const given = events(200);
    proxy.bytesLeft = 20_000;
    const { left, error } = await sink.write(given);
    expect(left).toEqual(given);
    expect(error?.message).toMatch(/has cut the connection: look whether it runs/);
    const written = await server.ask('DBSIZE');
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(200);
    expect(await sink.write(given)).toEqual({ left: [], unfit: [] });
    expect(await server.ask('XLEN', 'stream:realtime:trades')).toBe(200);
    expect(await server.ask('GET', 'stock:trade:S199')).toBe(given[199]?.text);
  });

  test.each([
    ['MOVED 3999 127.0.0.1:6381', /is one of a cluster: name a server that stands by itself \(MOVED/],
    [
      "NOPERM this user has no permissions to run the 'evalsha' command",
      /does not let this user do so: give it/,
    ],
    ['LOADING Redis is loading the dataset in memory', /is not ready: it loads what it has kept/],
  ])('an answer %s is said with what to do', async (answer, message) => {
    await using proxy = await RedisProxy.start(server.port);
    const sink = sinkTo(proxy.url);
    proxy.reply = `-${answer}\r\n`;
    expect(await failure(sink)).toMatch(message);
    proxy.reply = undefined;
    await expectMended(sink);
  });

  test('a server of a cluster is told apart, and so is one that serves no slots', async () => {
    await using other = await RedisServer.start('--cluster-enabled', 'yes');
    expect(await failure(sinkTo(other.url))).toMatch(/is one of a cluster: name a server.*CLUSTERDOWN/);
  });

  test('what speaks no Redis is told apart, and a server that takes its place is written to', async () => {
    const port = await freePorts(1);
    const sink = sinkTo(`redis://127.0.0.1:${port}`);
    const http = createServer(socket => {
      socket.on('error', () => undefined).resume();
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
    });
    await listening(http, port);
    expect(await failure(sink)).toMatch(/speaks no Redis: look at scheme, host and port/);
    http.close();
    await once(http, 'close');
    await using _ = await RedisServer.start('--port', `${port}`);
    await expectMended(sink);
  });

  test('a name that leads to another server after a failover is looked up again', async () => {
    await using old = await RedisServer.start();
    await using _ = await RedisServer.start('--port', `${old.port}`, '--bind', '127.0.0.2');
    const script = join(import.meta.dirname, 'support/failover.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, `${old.port}`]);
    expect(stdout.trim().split('\n')).toEqual([
      'before is written',
      expect.stringMatching(/is a replica, which nobody may write to: name the primary/),
      'after is written',
    ]);
    expect(await old.ask('GET', 'k')).toBe('before');
  });

  test('a server without TLS is told apart from one whose certificate nobody knows', async () => {
    expect(await failure(sinkTo(server.url.replace('redis:', 'rediss:'), soon))).toMatch(
      /does not answer within 5000 ms: look whether it speaks TLS/,
    );
    if (!hasOpenSsl) return skipped('openssl is not installed, certificates are not tried');
    using folder = new Folder();
    const [key, cert] = certificate(folder.path);
    const port = await freePorts(1);
    await using secure = await RedisServer.start(
      ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'],
      ...['--tls-key-file', key, '--tls-cert-file', cert, '--tls-ca-cert-file', cert],
    ).catch(withoutTls);
    if (!secure) return skipped('this Redis server is built without TLS, certificates are not tried');
    const sink = sinkTo(`rediss://localhost:${port}`);
    expect(await failure(sink)).toMatch(
      /cannot agree on TLS: look at certificate and scheme \(.*self-signed/,
    );
    const trusted = tls.getCACertificates();
    tls.setDefaultCACertificates([...trusted, readFileSync(cert, 'utf8')]);
    try {
      await expectMended(sink);
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  });
});

async function listening(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function withoutTls(error: Error): undefined {
  if (!error.message.includes('Missing implement of connection type tls')) throw error;
}

/** @returns where a key and its certificate, signed by itself, are */
function certificate(folder: string): readonly [string, string] {
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const how = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  execFileSync('openssl', [...how, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return [key, cert];
}
