/** The status server over HTTP. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type StatusServer, serveStatus } from '../../../../runtime/ingester/status/status-server.ts';

describe('the status server', () => {
  let server: StatusServer;
  let ready: boolean;

  beforeEach(async () => {
    ready = true;
    server = await serveStatus(
      { port: 0 },
      {
        '/health': () => ({ code: 200, body: { status: 'alive' } }),
        '/ready': () => (ready ? { code: 200, body: {} } : { code: 503, body: { reason: 'waiting' } }),
      },
    );
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { code: response.status, type: response.headers.get('content-type'), body: await response.json() };
  };

  test('answers every path anew, as JSON', async () => {
    expect(await ask('/health?x=1')).toEqual({
      code: 200,
      type: 'application/json',
      body: { status: 'alive' },
    });
    ready = false;
    expect(await ask('/ready')).toMatchObject({ code: 503, body: { reason: 'waiting' } });
  });

  test('names the paths that it knows', async () => {
    const body = { error: '/toString is unknown: use one of /health, /ready' };
    expect(await ask('/toString')).toMatchObject({ code: 404, body });
  });

  test('lets itself be asked and nothing else', async () => {
    expect(await ask('/health', 'POST')).toMatchObject({
      code: 405,
      body: { error: 'POST is not allowed: use GET' },
    });
  });

  test('goes on after a path that cannot be answered, and says why', async () => {
    await using broken = await serveStatus(
      { port: 0 },
      {
        '/stats': () => {
          throw new Error('no numbers');
        },
        '/metrics': () => ({ code: 200, type: 'text/plain', text: Promise.reject(new Error('no text')) }),
      },
    );
    const of = (path: string) => fetch(`http://127.0.0.1:${broken.port}${path}`);
    expect([(await of('/stats')).status, await (await of('/metrics')).json()]).toEqual([
      500,
      { error: '/metrics has no answer: Error: no text' },
    ]);
  });

  test('listens where it is told to', async () => {
    await using other = await serveStatus({ port: 0, host: '127.0.0.2' }, {});
    expect((await fetch(`http://127.0.0.2:${other.port}/`)).status).toBe(404);
    await expect(fetch(`http://127.0.0.1:${other.port}/`)).rejects.toThrow('fetch failed');
  });

  test('says when its port is taken', async () => {
    await expect(serveStatus({ port: server.port }, {})).rejects.toThrow('EADDRINUSE');
  });
});
