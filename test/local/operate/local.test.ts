/** The operator's commands on the pipeline of this machine, as far as one that is not there, or not ready, answers. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type StatusServer, serveStatus } from '../../../local/console/status-server.ts';
import { askedFeed } from '../../../local/operate/asked-feed.ts';
import { localFeed } from '../../../local/operate/local-feed.ts';
import { localTasks } from '../../../local/operate/local-tasks.ts';
import { OperatorError } from '../../../local/operate/operator-error.ts';
import { serveStatus as serveIngester } from '../../../runtime/ingester/status/status-server.ts';
import { operate } from '../../support/operate.ts';

let server: StatusServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function portOf(answer: () => unknown): Promise<string> {
  server = await serveStatus({ 'GET /status': answer }, 0);
  return new URL(server.url).port;
}

test('no pipeline on the port is said in one line with the remedy', async () => {
  const port = await portOf(() => ({}));
  await server?.close();
  for (const [command, ...more] of [['status'], ['redrive', '--failures'], ['repair']] as const)
    expect(await operate(command, ['--local', '--port', port, ...more])).toEqual({
      code: 2,
      out: '',
      errors: `no pipeline answers on port ${port}: start one (npm start), or name its port with --port`,
    });
});

describe('a pipeline of several feeds', () => {
  const streams = { minutes: 'm', bars: 'b' };
  const aws = { region: 'us-east-1', kinesis: 'http://127.0.0.1:1' };
  const feeds = [
    { feed: 'stocks', market: 'stocks', streams, ingester: 'http://127.0.0.1:1' },
    { feed: 'crypto', market: 'crypto', streams },
    { feed: 'trades', market: 'stocks', events: 'e' },
  ];

  test('wants to know which one is meant, and says which there are', async () => {
    const port = await portOf(() => ({ aws, feeds, watched: true }));
    const several = `the pipeline on port ${port} has several feeds: name one with --feed, of stocks, crypto`;
    for (const [words, command, ...more] of [
      [several, 'tail'],
      [`${several}, trades`, 'status', '--task'],
    ] as const)
      expect(await operate(command, ['--local', '--port', port, ...more])).toEqual({
        ...{ code: 2, out: '', errors: words },
      });
    const { errors } = await operate('tail', ['--local', '--port', port, '--feed', 'gold']);
    expect(errors).toBe(several.replace('several feeds', "no feed 'gold'"));
    expect((await operate('tail', ['--local', '--port', port, '--feed', 'trades'])).errors).toBe(
      `feed trades of the pipeline on port ${port} has no minutes, and nothing that is made of them`,
    );
    await expect(localFeed(Number(port), 'stocks')).resolves.toMatchObject({ ...feeds[0], aws });
  });

  test('is told which one is to be redriven or repaired, and refuses what is none or not clear', async () => {
    const told = (body: unknown) => ({ lines: [JSON.stringify(body)], found: 0, done: 0, left: 0 });
    server = await serveStatus({ 'POST /redrive': told, 'POST /repair': told }, 0);
    const { port } = new URL(server.url);
    const local = ['--local', '--port', port, '--feed', 'crypto'];
    const redriven = await operate('redrive', [...local, '--quarantine']);
    expect(redriven.out).toContain('{"what":"quarantine","act":false,"feed":"crypto"}');
    expect((await operate('repair', local)).out).toContain('{"act":false,"feed":"crypto"}');
    const names = ['stocks', 'crypto'];
    const asked = (name?: string) => askedFeed(names, each => each, name, 'it');
    expect(asked('crypto')).toBe('crypto');
    expect(() => asked()).toThrow('it has several feeds: name one with --feed, of stocks, crypto');
    expect(() => asked('gold')).toThrow("it has no feed 'gold': name one with --feed, of stocks, crypto");
  });
});

test('a pipeline that is still starting is said in one line with the remedy', async () => {
  const port = await portOf(() => ({ minutes: 0 }));
  expect(await operate('status', ['--local', '--port', port])).toEqual({
    code: 2,
    out: '',
    errors: `the pipeline on port ${port} is still starting: try again in a few seconds`,
  });
});

test('a pipeline whose alarms are not judged yet is not said to be without data, but from when on they are', async () => {
  const alarm = { name: 'FeedSilent', state: 'INSUFFICIENT_DATA', severity: 'page', description: 'silent' };
  const at = '2025-11-20T18:45:10.000Z';
  const health = { environment: 'local', at, alarms: [alarm], readings: [], versions: {} };
  const judgedFrom = '2025-11-20T18:55:00.000Z';
  const port = await portOf(() => ({ watched: true, health: { ...health, judgedFrom } }));
  expect(await operate('status', ['--local', '--port', port])).toMatchObject({
    code: 0,
    // And no list of those without data.
    out: expect.stringMatching(
      /^local at 2025-11-20 18:45 UTC: nothing pages, 0 tickets, 1 alarms judged from 2025-11-20 18:55 UTC on\s*$/,
    ),
  });
});

test('a pipeline without a feed is not said to be well: nothing there is watched', async () => {
  const port = await portOf(() => ({ minutes: 5, state: 'importing', watched: false }));
  expect(await operate('status', ['--local', '--port', port])).toEqual({
    code: 2,
    out: '',
    errors: `the pipeline on port ${port} imports files: no feed runs there that could be well or ill; how far it is stands in http://127.0.0.1:${port}/status`,
  });
});

describe('npm run status -- --local --task', () => {
  const task = async (answer: () => unknown) =>
    operate('status', ['--local', '--task', '--port', await portOf(answer)]);

  test('shows what the task of the pipeline answers itself, ready or not', async () => {
    const reason = 'catching up: 3 of 8 symbols are still to be asked for';
    await using status = await serveIngester(
      { port: 0 },
      {
        '/ready': () => ({ code: 503, body: { status: 'not ready', reason } }),
        '/stats': () => ({ code: 200, body: { now: 1_763_649_000_000, held: { records: 7 } } }),
      },
    );
    const ingester = `http://127.0.0.1:${status.port}`;
    const { code, out } = await task(() => ({ feed: 'stocks', ingester, watched: true }));
    expect(code).toBe(1);
    expect(out).toBe(
      `local, feed stocks, task 127.0.0.1:${status.port}, 0 s ago: not ready: ${reason}\n\n` +
        'now           2025-11-20T14:30:00.000Z\nheld.records  7\n',
    );
  });

  test.each([
    [{ feed: 'stocks', watched: false }, /imports files: no task of an ingester runs there$/],
    [{ feed: 'stocks' }, /is still starting: try again in a few seconds$/],
    [
      { feed: 'stocks', ingester: 'http://127.0.0.1:1' },
      /^the task does not answer on http:\/\/127.0.0.1:1\//,
    ],
  ])('says that there is none, none yet, or none that answers: %j', async (answer, words) => {
    const asked = localTasks(Number(await portOf(() => answer)), undefined, new Date());
    await expect(asked).rejects.toThrow(OperatorError);
    await expect(asked).rejects.toThrow(words);
  });
});

test('an endpoint that is not AWS is said in one line with the remedy', async () => {
  server = await serveStatus({ 'POST /': () => '<html>sign in</html>' }, 0);
  const variables = {
    AWS_ENDPOINT_URL: server.url.replace('/status', ''),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const { code, out, errors } = await operate('status', ['--env', 'dev'], variables);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(errors).toMatch(/^what answers is not AWS: look for a proxy/);
  expect(errors.split('\n')).toHaveLength(1);
});

test('a path that is no address is unknown, and the pipeline goes on', async () => {
  const port = await portOf(() => ({}));
  for (let time = 0; time < 2; time++) expect((await fetch(`http://127.0.0.1:${port}//`)).status).toBe(404);
});

test('something else on the port is said in one line with the remedy', async () => {
  server = await serveStatus({ 'GET /status': () => 'hello', 'POST /redrive': () => ({ lines: 'none' }) }, 0);
  const { port } = new URL(server.url);
  for (const [command, ...more] of [['status'], ['redrive', '--failures']] as const)
    expect(await operate(command, ['--local', '--port', port, ...more])).toEqual({
      code: 2,
      out: '',
      errors: `what answers on port ${port} is no pipeline of this version (200): name its port with --port, or start one (npm start)`,
    });
});

test('nothing that refused data or an answer says moves the cursor or rings the bell', async () => {
  const says = '\u001b[2J\u0007\u009b31m\u202e';
  const shown = '\ufffd[2J\ufffd\ufffd31m\ufffd';
  server = await serveStatus(
    {
      'POST /redrive': () => ({ lines: [`1 stay: ${says}`], found: 1, done: 0, left: 1 }),
      'GET /status': () => {
        throw new Error(says);
      },
    },
    0,
  );
  const { port } = new URL(server.url);
  const { out } = await operate('redrive', ['--local', '--port', port, '--quarantine']);
  expect(out).toContain(`1 stay: ${shown}\n`);
  const { errors } = await operate('status', ['--local', '--port', port]);
  expect(errors).toBe(`the pipeline answers: ${shown}`);
});

test('test alarms are for environments: a pipeline on this machine tells nobody', async () => {
  const { code, errors } = await operate('alarms-test', ['--local']);
  expect(code).toBe(2);
  expect(errors).toBe('a pipeline on this machine tells nobody: use --env NAME');
});
