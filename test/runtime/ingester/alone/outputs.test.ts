/** Where the ingester that stands alone writes to, as a process: full disks, pipes with and without a reader, one file for two, large and odd events. */
import { execFileSync } from 'node:child_process';
import { constants, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalBucket } from '../../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../../local/engine/object-server.ts';
import type { Folder } from '../../../support/folder.ts';
import { AloneRig, type Shell } from '../support/alone.ts';
import { eventually } from '../support/eventually.ts';
import type { Client, ScriptedVendor } from '../support/vendor.ts';

const trade = (q: number, more: object = {}) => ({
  ev: 'T',
  sym: 'AAPL',
  q,
  t: 1_763_649_000_000 + q,
  ...more,
});

describe('the output of an ingester that stands alone', () => {
  let rig: AloneRig;
  let folder: Folder;
  let path: string;
  let vendor: ScriptedVendor;

  beforeEach(async () => {
    rig = await AloneRig.start('T.*');
    ({ folder, vendor } = rig);
    path = join(folder.path, 'f.ndjson');
  });

  afterEach(() => rig[Symbol.asyncDispose]());

  const started = (variables: Readonly<Record<string, string>>, shell?: Shell) =>
    rig.started(variables, shell);

  async function welcomed(): Promise<Client> {
    const client = await vendor.client();
    await client.welcome();
    return client;
  }

  test('on a full disk is tried again, which is said, and a signal that files have moved ends nothing', async () => {
    const alone = started({ CHANNEL_CAP: '2' }, { after: '> /dev/full' });
    (await welcomed()).frame(...Array.from({ length: 5 }, (_, q) => trade(q)));
    await eventually(() => alone.log.includes('the stdout sink cannot write: it tries again'));
    expect(alone.log).toContain('ENOSPC');
    alone.child.kill('SIGHUP');
    const { sinks } = JSON.parse((await alone.answer('/stats')).text);
    expect(sinks).toMatchObject([
      { name: 'stdout', accepted: 5, written: 0, dropped: 3, held: 2, isGone: false },
    ]);
    expect(alone.child.exitCode).toBeNull();
  });

  test('is no pipe that nobody reads: that is said at once', async () => {
    execFileSync('mkfifo', [path]);
    const alone = started({ SINK: 'ndjson', NDJSON_DEST: path });
    await alone.exited;
    expect([alone.child.exitCode, alone.log.trimEnd().split('\n').at(-1)?.trim()]).toEqual([
      2,
      `NDJSON_DEST: '${path}' is a pipe that nobody reads (ENXIO): start its reader first, or name a file`,
    ]);
  });

  test('is a pipe as long as somebody reads it, and ends with its reader', async () => {
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const alone = started({ SINK: 'ndjson', NDJSON_DEST: path, NDJSON_FLUSH_INTERVAL_MS: '1' });
    const client = await welcomed();
    client.frame(trade(1), trade(2));
    const reader = new Socket({ fd, readable: true, writable: false });
    let read = '';
    reader.on('data', data => {
      read += data;
    });
    await eventually(() => read.split('\n').length > 2);
    reader.destroy();
    const sending = setInterval(() => client.frame(trade(3)), 5);
    await alone.exited;
    clearInterval(sending);
    expect(
      read
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).payload),
    ).toEqual([trade(1), trade(2)]);
    expect(alone.child.exitCode).toBe(0);
    expect(alone.log).toContain('the ndjson sink is gone');
  });

  test.each([
    ['the same file', 'f.ndjson', /NDJSON_DEST: '.*f.ndjson' is the file that standard output goes to/],
    ['another name of it', '/dev/stdout', /NDJSON_DEST: both sinks would write to standard output/],
  ])('is not %s for two sinks', async (_, dest, problem) => {
    const NDJSON_DEST = dest.startsWith('/') ? dest : path;
    const alone = started({ SINK: 'stdout,ndjson', NDJSON_DEST }, { after: `> ${path}` });
    await alone.exited;
    expect(alone.child.exitCode).toBe(2);
    expect(alone.log).toMatch(problem);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  test('takes an event of 900 KB, and symbols with quotes and dots, whole and under no name but its own', async () => {
    const alone = started({ SINK: 'ndjson', NDJSON_DEST: path, NDJSON_SPLIT_PER_TYPE: 'true' });
    const events = [
      trade(1, { sym: '../../"\\\'`$(id)' }),
      trade(2, { x: 'y'.repeat(900_000) }),
      trade(3, { sym: 'A\nB' }),
    ];
    (await welcomed()).frame(...events);
    await eventually(() => alone.log.includes('the feed sent an event that is not passed on'));
    expect(await alone.end()).toBe(0);
    const lines = readFileSync(join(folder.path, 'f.T.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { symbol: '../../"\\\'`$(id)', topic: 'T.../../"\\\'`$(id)', payload: events[0], seq: 1 },
      { symbol: 'AAPL', payload: events[1], seq: 2 },
    ]);
    expect(alone.log).toContain('use 1 to 64 printable characters');
  });

  test('goes on while a connection is given up before it could answer a ping, which is said', async () => {
    const alone = started({ READ_TIMEOUT_SECS: '20' });
    await welcomed();
    await eventually(() => alone.log.includes('"polygon_config"'));
    expect(alone.log).toContain(
      'a connection that is quiet for READ_TIMEOUT_SECS is given up before it is asked whether it lives',
    );
    expect(await alone.end()).toBe(0);
  });

  test('is a bucket, in which each event stands once that a killed process had on its disk', async () => {
    const server = await ObjectServer.start();
    const bucket = new LocalBucket('Storage/Events', 'events', folder.path);
    server.buckets = [bucket];
    const variables = {
      ...{ SINK: 's3', S3_BUCKET: 'events', S3_FOLDER: join(folder.path, 'waiting') },
      ...{ AWS_ENDPOINT_URL: server.endpoint, AWS_REGION: 'us-east-1' },
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    };
    const taken = async (events: number) => {
      const alone = started(variables);
      const client = await welcomed();
      client.frame(...Array.from({ length: events }, (_, n) => trade(++made, { pad: 'x'.repeat(n) })));
      await eventually(async () => (await alone.answer('/stats')).text.includes(`"written":${events}`));
      return alone;
    };
    let made = 0;
    const killed = await taken(40);
    killed.child.kill('SIGKILL');
    await killed.exited;
    expect(await (await taken(60)).end()).toBe(0);
    const objects = (await bucket.keys('')).map(key => bucket.read(key));
    const lines = (await Promise.all(objects)).flatMap(text => `${text}`.trimEnd().split('\n'));
    expect(lines.map(line => JSON.parse(line).payload.q)).toEqual(Array.from(lines, (_, n) => n + 1));
    expect(lines).toHaveLength(made);
    await server.stop();
  });
});
