/** How the ingester is, in the words of the display. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ConnectionWatch, connectionOf } from '../../../local/console/connection.ts';

const healthy = {
  degraded: false,
  lease: { holds: true },
  feed: { state: 'live' },
  backfill: { gapsOpen: 0, symbolsLeft: 0 },
};

test.each([
  ['connected', {}],
  ['connected, catching up: 7 symbols to ask for', { backfill: { gapsOpen: 1, symbolsLeft: 7 } }],
  ['waiting for the lease', { lease: { holds: false } }],
  ['connecting', { feed: { state: 'connecting' } }],
  ['reconnecting: socket hang up', { feed: { state: 'waiting', reason: 'socket hang up' } }],
  [
    'reconnecting, minutes come over REST: the vendor refuses the key',
    { degraded: true, feed: { state: 'waiting', reason: 'the vendor refuses the key' } },
  ],
])('an ingester is %s', (words, changed) => {
  expect(connectionOf({ ...healthy, ...changed })).toEqual({ state: words });
});

test('an ingester without minutes tells what it has passed on, and what its sinks have dropped', () => {
  const { lease, feed } = healthy;
  const sinks = [
    { name: 'events', dropped: 2 },
    { name: 's3', dropped: 0 },
  ];
  expect(connectionOf({ lease, feed, passedOn: { messages: 1_200 }, sinks })).toEqual({
    ...{ state: 'connected', passedOn: 1_200, dropped: 2 },
  });
});

test('an answer that is none is said to be', () => {
  expect(connectionOf({ hello: 1 })).toEqual({ state: 'frozen: the ingester answers nonsense' });
});

describe('an ingester that is watched', () => {
  let server: Server | undefined;
  let watch: ConnectionWatch | undefined;
  afterEach(() => {
    watch?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  /** What is found first. */
  async function found(answer: RequestListener, { isRunning = true, isThere = true } = {}): Promise<string> {
    server = createServer(answer);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    if (!isThere) await new Promise(resolve => server?.close(resolve));
    return new Promise(resolve => {
      watch = new ConnectionWatch({
        url: () => url,
        isRunning: () => isRunning,
        found: ({ state }) => resolve(state),
        patience: isThere ? 200 : 60_000,
      });
    });
  }

  test('is frozen when it does not answer', async () => {
    expect(await found(() => undefined)).toBe('frozen: the ingester does not answer');
  });

  test('is down when its process is gone', async () => {
    expect(await found(() => undefined, { isRunning: false })).toBe(
      'down: the ingester has ended and is started again',
    );
  });

  test('is down when nothing listens', async () => {
    expect(await found(() => undefined, { isThere: false })).toBe('down: the ingester does not listen');
  });
});
