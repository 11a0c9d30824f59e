/** The ingester as its container runs it: a process with an environment, told to stop by a signal. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serveStatus } from '../../../runtime/ingester/status/status-server.ts';
import { Mailbox } from '../../../runtime/platform/mailbox.ts';
import { LEASES, LocalAws, STREAM, TABLE } from './support/aws.ts';
import { eventually } from './support/eventually.ts';
import { am, MINUTE, OPEN } from './support/records.ts';
import { ScriptedVendor } from './support/vendor.ts';

const MAIN = join(import.meta.dirname, '../../../runtime/ingester/main.ts');
const BLOCK = OPEN - 90 * MINUTE;

/** The process, with what it writes and what it tells its parent. */
class Process {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  readonly #messages: AsyncIterator<unknown>;
  output = '';

  constructor(variables: Readonly<Record<string, string>>) {
    this.child = fork(MAIN, { env: { ...variables }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.exited = once(this.child, 'exit');
    const messages = new Mailbox<unknown>();
    this.child.on('message', message => messages.send(message));
    this.#messages = messages[Symbol.asyncIterator]();
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', data => {
        this.output += data;
      });
  }

  async message(): Promise<unknown> {
    return (await this.#messages.next()).value;
  }
}

describe('the ingester as a process', () => {
  let aws: LocalAws;
  let vendor: ScriptedVendor;
  let open: AsyncDisposableStack;
  const processes: Process[] = [];

  beforeEach(async () => {
    open = new AsyncDisposableStack();
    aws = open.use(await LocalAws.start());
    vendor = open.use(await ScriptedVendor.start());
  });

  afterEach(async () => {
    for (const each of processes.splice(0)) {
      if (each.child.exitCode === null) each.child.kill('SIGKILL');
      await each.exited;
    }
    await open.disposeAsync();
  });

  function started(variables: Readonly<Record<string, string>>): Process {
    const process = new Process(variables);
    processes.push(process);
    return process;
  }

  test('names every missing variable and what it is for, and exits with 2', async () => {
    const ingester = started({});
    await ingester.exited;
    expect(ingester.child.exitCode).toBe(2);
    await eventually(() => ingester.output.endsWith('refused data\n'));
    expect(ingester.output).toBe(
      'the environment is not usable:\n' +
        '  POLYGON_API_KEY is missing: it is the key that opens the vendor feed\n' +
        '  MINUTES_STREAM is missing: it names the stream that takes minute bars\n' +
        '  LEASE_TABLE is missing: it names the table that says who may connect\n' +
        '  QUARANTINE_TABLE is missing: it names the table that keeps refused data\n',
    );
  });

  test.each([
    [
      { STATUS_PORT: 'taken' },
      'STATUS_PORT: 127.0.0.1:taken is taken: use another port, or 0 for any free one',
    ],
    [
      { STATUS_HOST: '192.0.2.1' },
      'STATUS_PORT: 192.0.2.1:0 cannot be listened on (EADDRNOTAVAIL): use another port or STATUS_HOST',
    ],
    [
      { BACKLOG_FOLDER: '/proc/x/y' },
      "BACKLOG_FOLDER: '/proc/x/y' cannot be used (ENOENT): name a folder that can be written",
    ],
  ])('says in a line that it cannot use %j, and exits with 2', async (variables, problem) => {
    await using taken = await serveStatus({ port: 0 }, {});
    const port = `${taken.port}`;
    const ingester = started({
      ...{ ...aws.variables, POLYGON_API_KEY: 'top-secret', FEED_URL: vendor.url, SYMBOLS: 'AAPL' },
      ...{ MINUTES_STREAM: STREAM, LEASE_TABLE: LEASES, QUARANTINE_TABLE: TABLE, STATUS_PORT: '0' },
      ...Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, value.replace('taken', port)]),
      ),
    });
    await ingester.exited;
    expect(ingester.child.exitCode).toBe(2);
    const line = problem.replace('taken', port);
    await eventually(() => ingester.output.endsWith('\n'));
    expect(ingester.output).toBe(`the environment is not usable:\n  ${line}\n`);
  });

  test.each([
    ['LEASE_TABLE', LEASES],
    ['QUARANTINE_TABLE', TABLE],
  ])('says in a line that another environment uses its %s, and exits with 2', async (variable, table) => {
    const Item = { pk: { S: 'stocks' }, sk: { S: '1' }, belongsTo: { S: 'prod/stocks' } };
    await aws.dynamoDb.send(new PutItemCommand({ TableName: table, Item }));
    const ingester = started({
      ...{ ...aws.variables, POLYGON_API_KEY: 'top-secret', FEED_URL: vendor.url, SYMBOLS: 'AAPL' },
      ...{ MINUTES_STREAM: STREAM, LEASE_TABLE: LEASES, QUARANTINE_TABLE: TABLE, STATUS_PORT: '0' },
      ENVIRONMENT: 'dev',
    });
    await ingester.exited;
    expect(ingester.child.exitCode).toBe(2);
    await eventually(() => ingester.output.endsWith('\n'));
    expect(ingester.output).toBe(
      `the environment is not usable:\n  ${variable}: table '${table}' belongs to prod/stocks, and this is dev/stocks: give every feed of every environment tables of its own\n`,
    );
  });

  test('follows its parent in time, publishes all it holds on SIGTERM and exits with 0', async () => {
    const ingester = started({
      ...aws.variables,
      POLYGON_API_KEY: 'top-secret',
      FEED_URL: vendor.url,
      SYMBOLS: 'AAPL',
      MINUTES_STREAM: STREAM,
      LEASE_TABLE: LEASES,
      QUARANTINE_TABLE: TABLE,
      STATUS_PORT: '0',
      EVENT_CLOCK: '2001-01-01T00:00:00Z@1',
    });
    ingester.child.send({ type: 'clock', now: BLOCK, speed: 0 });
    expect(await ingester.message()).toEqual({ type: 'clock set', now: BLOCK });
    const status = await ingester.message();
    expect(status).toEqual({ type: 'status', port: expect.any(Number) });
    const client = await vendor.client();
    await client.welcome();
    expect(await ingester.message()).toEqual({ type: 'subscribed' });
    ingester.child.send({ type: 'clock', now: BLOCK + MINUTE + 5_000, speed: 0 });
    expect(await ingester.message()).toEqual({ type: 'clock set', now: BLOCK + MINUTE + 5_000 });
    client.frame(am('AAPL', BLOCK));
    await eventually(async () => (await aws.records()).some(({ type }) => type === 'bar'));
    ingester.child.kill('SIGTERM');
    await ingester.exited;
    expect(ingester.child.exitCode).toBe(0);
    expect((await aws.lease())?.['belongsTo']).toEqual({ S: 'local/stocks' });
    const records = await aws.records();
    expect(records.map(({ type }) => type)).toEqual(['bar', 'watermark']);
    await eventually(() => ingester.output.includes('everything is published'));
    await eventually(() => ingester.output.includes('"published":{"bars":1'));
    // What the task answers is in its log, too, for nobody else reaches it.
    expect(ingester.output).toContain('"ready":{"status":"not ready","reason":"standing by:');
    expect(ingester.output).toMatch(/"stats":\{"release":"[^"]+","now":\d+,.*"memoryBytes":\d+/);
    expect(ingester.output).not.toContain('top-secret');
  });

  test('stops when the process that started it is gone', async () => {
    const ingester = started({
      ...aws.variables,
      POLYGON_API_KEY: 'k',
      FEED_URL: vendor.url,
      MINUTES_STREAM: STREAM,
      LEASE_TABLE: LEASES,
      QUARANTINE_TABLE: TABLE,
      STATUS_PORT: '0',
    });
    await ingester.message();
    ingester.child.disconnect();
    await ingester.exited;
    expect(ingester.child.exitCode).toBe(0);
  });
});
