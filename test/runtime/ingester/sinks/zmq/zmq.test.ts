/** The sink `zmq` before ZeroMQ's own subscribers: what they get by which topic, what it loses, and endpoints that it cannot have. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type SocketOptions, Subscriber } from 'zeromq';
import type { Outlet } from '../../../../../runtime/ingester/sinks/passed-on/outlet.ts';
import type { SinkWorld } from '../../../../../runtime/ingester/sinks/passed-on/plan.ts';
import { zmq } from '../../../../../runtime/ingester/sinks/zmq/kind.ts';
import { Environment, EnvironmentError } from '../../../../../runtime/platform/env.ts';
import { Seldom } from '../../../../../runtime/platform/seldom.ts';
import { processTime } from '../../../../../runtime/platform/time.ts';
import { envelopeLine } from '../../../../../runtime/records/envelope.ts';
import { Folder } from '../../../../support/folder.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { numbered } from '../../support/numbered.ts';

describe('the sink zmq', () => {
  let folder: Folder;
  const ends: (() => unknown)[] = [];

  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    folder[Symbol.dispose]();
  });

  async function opened(variables: Readonly<Record<string, string>>): Promise<Outlet> {
    const env = new Environment(variables);
    const config = zmq.config(env, { market: 'stocks', chosen: ['zmq'] });
    if (env.problems.length > 0) throw new EnvironmentError(env.problems);
    const world: SinkWorld = {
      ...{ market: 'stocks', chosen: [], output: process.stdout, now: Date.now, time: processTime },
      eventTime: Date.now,
      ...{ logger: new MemoryLogger(), onGone: () => undefined },
      envelopeOf: event => envelopeLine(event, { ...event, feed: 'stocks', hostname: 'h', version: '0' }),
    };
    const { outlet } = await zmq.open(config, world, new Seldom(processTime, 1));
    ends.push(() => outlet.close?.(AbortSignal.abort()));
    return outlet;
  }

  /** One that listens, and the events whose topics begin so, until it is told that there are no more. */
  async function subscriber(prefix: string, options: SocketOptions<Subscriber> = {}) {
    const socket = new Subscriber({ receiveHighWaterMark: 0, ...options });
    ends.push(() => socket.close());
    await socket.bind('tcp://127.0.0.1:*');
    socket.subscribe(prefix, 'JOIN:', 'END:');
    const next = async () => (await socket.receive()).map(String);
    /** A publisher lets everything go before it knows what somebody takes. */
    const joined = async (outlet: Outlet) => {
      const heard = next();
      let isHeard = false;
      void heard.then(() => {
        isHeard = true;
      });
      await eventually(async () => {
        await outlet.write([numbered(0, 'JOIN')]);
        return isHeard;
      });
    };
    const all = async () => {
      const got: string[][] = [];
      for (let parts = await next(); parts[0] !== 'END:AAPL'; parts = await next())
        if (parts[0] !== 'JOIN:AAPL') got.push(parts);
      return got;
    };
    return { endpoint: socket.lastEndpoint ?? '', joined, all };
  }

  test.each([
    ['T:A', ['T:A', 'T:AAPL', 'T:A B', 'T:A"\'\\', 'T:A\nB']],
    ['T:AAPL', ['T:AAPL']],
    ['T', ['T:A', 'T:AAPL', 'T:A B', 'T:A"\'\\', 'T:A\nB', 'T:É€😀']],
    ['T.A', []],
    ['Q', ['Q:A']],
  ])('gives who takes topics that begin with %j those alone, in two whole parts', async (prefix, topics) => {
    const { endpoint, joined, all } = await subscriber(prefix);
    const outlet = await opened({ ZMQ_ENDPOINT: endpoint });
    await joined(outlet);
    const symbols = ['A', 'AAPL', 'A B', 'A"\'\\', 'A\nB', 'É€😀'];
    const events = symbols.map((symbol, index) => {
      const text = JSON.stringify({ ev: 'T', sym: symbol, x: 'y'.repeat(index === 1 ? 900_000 : 1) });
      return { ...numbered(index + 1, 'T', symbol), text };
    });
    await outlet.write([...events, numbered(7, 'Q', 'A'), numbered(8, 'END')]);
    const got = await all();
    expect(got.map(([topic]) => topic)).toEqual(topics);
    for (const [topic, line = '', ...more] of got) {
      const envelope = JSON.parse(line);
      expect(`${envelope.type}:${envelope.symbol}`).toBe(topic);
      expect(envelope.payload.sym).toBe(envelope.symbol);
      expect(more).toEqual([]);
    }
  });

  test('sends a burst in few turns of the event loop, whole and in order, and nothing else has to wait for all of it', async () => {
    const count = 8_192;
    const { endpoint, joined, all } = await subscriber('T:');
    const outlet = await opened({ ZMQ_ENDPOINT: endpoint, ZMQ_SND_HWM: `${4 * count}` });
    await joined(outlet);
    let turns = 0;
    let isWriting = true;
    const tick = () => {
      turns++;
      if (isWriting) setImmediate(tick);
    };
    setImmediate(tick);
    const burst = Array.from({ length: count }, (_, n) => numbered(n + 1));
    expect(await outlet.write(burst)).toEqual({ left: [] });
    isWriting = false;
    expect(turns).toBeGreaterThan(1);
    expect(turns).toBeLessThan(count / 800);
    await outlet.write([numbered(count + 1, 'END')]);
    const seqs = (await all()).map(([, line = '']): number => JSON.parse(line).seq);
    expect(seqs).toEqual(burst.map(({ seq }) => seq));
  });

  test('loses what a subscriber is too slow for, which the numbers of the others show', async () => {
    const { endpoint, joined, all } = await subscriber('T:', {
      receiveHighWaterMark: 1,
      receiveBufferSize: 65_536,
    });
    const outlet = await opened({ ZMQ_ENDPOINT: endpoint, ZMQ_SND_HWM: '1' });
    await joined(outlet);
    const many = Array.from({ length: 400 }, (_, n) => ({
      ...numbered(n + 1),
      text: `"${'x'.repeat(100_000)}"`,
    }));
    expect(await outlet.write(many)).toEqual({ left: [] });
    let isOver = false;
    const reading = all().finally(() => {
      isOver = true;
    });
    await eventually(async () => {
      await outlet.write([numbered(401, 'END')]);
      return isOver;
    });
    const seqs = (await reading).map(([, line = '']): number => JSON.parse(line).seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect(seqs.length).toBeLessThan(400);
  });

  const listening = (endpoint: string) => opened({ ZMQ_ENDPOINT: endpoint, ZMQ_BIND: 'true' });
  const refusal = (endpoint: string, code: string) =>
    `ZMQ_ENDPOINT: '${endpoint}' cannot be used (${code}): use one that is free, or let subscribers have it (ZMQ_BIND=false)`;

  test('does not listen at a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    ends.push(() => server.close());
    await once(server, 'listening');
    const { port } = Object(server.address());
    const endpoint = `tcp://127.0.0.1:${port}`;
    await expect(listening(endpoint)).rejects.toThrow(refusal(endpoint, 'EADDRINUSE'));
  });

  test('takes no path away from another process, and no file', async () => {
    const endpoint = `ipc://${join(folder.path, 'socket')}`;
    const first = await listening(endpoint);
    await expect(listening(endpoint)).rejects.toThrow(refusal(endpoint, 'EADDRINUSE'));
    const socket = new Subscriber();
    ends.push(() => socket.close());
    socket.connect(endpoint);
    socket.subscribe('T:');
    let heard = '';
    void socket.receive().then(([topic]) => {
      heard = `${topic}`;
    });
    await eventually(async () => {
      await first.write([numbered(1)]);
      return heard !== '';
    });
    expect(heard).toBe('T:AAPL');
    const file = join(folder.path, 'file');
    writeFileSync(file, 'of somebody');
    await expect(listening(`ipc://${file}`)).rejects.toThrow(refusal(`ipc://${file}`, 'EEXIST'));
    expect(readFileSync(file, 'utf8')).toBe('of somebody');
  });

  test('listens at a path that a process has left behind which was killed', async () => {
    const path = join(folder.path, 'socket');
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
    await expect(listening(`ipc://${path}`)).resolves.toBeDefined();
  });

  test.each([
    ["'tcp://127.0.0.1' is no endpoint: use tcp://127.0.0.1:5556", { ZMQ_ENDPOINT: 'tcp://127.0.0.1' }],
    ["'udp://h:1' is no endpoint", { ZMQ_ENDPOINT: 'udp://h:1' }],
    ["'tcp://*:5556' is nowhere to connect to: name host and port", { ZMQ_ENDPOINT: 'tcp://*:5556' }],
    ["'tcp://h:*' is nowhere to connect to", { ZMQ_ENDPOINT: 'tcp://h:*' }],
    ['cannot be used (ENAMETOOLONG): use another', { ZMQ_ENDPOINT: `ipc://${'x'.repeat(200)}` }],
    ["'tcp://192.0.2.1:7' cannot be used (", { ZMQ_ENDPOINT: 'tcp://192.0.2.1:7', ZMQ_BIND: 'true' }],
  ])('says that %s', async (problem, variables) => {
    await expect(opened(variables)).rejects.toThrow(problem);
  });
});
