/** Lines in real files: moved aside, compressed, opened anew, one a kind, and what a full disk makes of them. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LineFile } from '../../../../../runtime/ingester/sinks/ndjson/line-file.ts';
import { NdjsonFiles, type NdjsonOptions } from '../../../../../runtime/ingester/sinks/ndjson/ndjson.ts';
import { numbered } from '../../support/numbered.ts';

describe('files of lines', () => {
  let folder: string;
  let path: string;
  let now: number;
  let troubles: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'barflow-ndjson-'));
    path = join(folder, 'f.ndjson');
    now = Date.UTC(2025, 10, 20, 14, 30);
    troubles = [];
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const files = (options: Partial<NdjsonOptions> = {}) =>
    new NdjsonFiles({
      ...{ path, gzip: false, splitPerType: false, now: () => now, lineOf: event => event.text },
      onTrouble: (what, { message }) => troubles.push(`${what}: ${message}`),
      ...options,
    });
  const names = async () => (await readdir(folder)).toSorted();
  const seqsOf = (text: string) => [...text.matchAll(/"q":(\d+)\}\n/g)].map(([, seq]) => Number(seq));
  const seqsIn = async (name: string) => seqsOf(await readFile(join(folder, name), 'utf8'));
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => numbered(n));

  test('go on behind what stands there', async () => {
    await writeFile(path, 'before\n');
    const outlet = files();
    expect(await outlet.write(upTo(2))).toEqual({ left: [] });
    await outlet.close();
    expect(await readFile(path, 'utf8')).toBe(`before\n${numbered(0).text}\n${numbered(1).text}\n`);
  });

  test('are moved aside when they are full, and none is longer than the most by more than its last line', async () => {
    const outlet = files({ maxBytes: 100 });
    await outlet.write(upTo(10));
    await outlet.close();
    const line = numbered(0).text.length + 1;
    const each = Math.ceil(100 / line);
    const found = await names();
    expect(found).toContain('f.20251120T143000Z-000001.ndjson');
    const seqs = await Promise.all(found.map(seqsIn));
    expect(seqs.flat()).toEqual(upTo(10).map(({ seq }) => seq));
    for (const those of seqs) expect(those.length).toBeLessThanOrEqual(each);
  });

  test('are moved aside when they are old enough, while nothing comes too, but never empty', async () => {
    const outlet = files({ rotateAfter: 60_000 });
    await outlet.open();
    now += 60_000;
    await outlet.idle();
    expect(await names()).toEqual(['f.ndjson']);
    await outlet.write(upTo(1));
    now += 60_000;
    await outlet.idle();
    expect(await names()).toHaveLength(1);
    expect(await names()).not.toContain('f.ndjson');
    await outlet.close();
  });

  test('that were moved aside are compressed whole, and nothing unfinished is left', async () => {
    const outlet = files({ maxBytes: 30, gzip: true });
    await outlet.write(upTo(3));
    await outlet.close();
    const found = await names();
    expect(found).toHaveLength(3);
    for (const name of found) expect(name).toMatch(/^f\.20251120T143000Z-00000\d\.ndjson\.gz$/);
    const texts = found.map(async name => gunzipSync(await readFile(join(folder, name))).toString());
    expect(seqsOf((await Promise.all(texts)).join(''))).toEqual([0, 1, 2]);
  });

  test('that were half compressed when a process ended are compressed whole by the next', async () => {
    const aside = 'f.20251120T142900Z-000001.ndjson';
    await writeFile(join(folder, aside), `${numbered(7).text}\n`);
    await writeFile(join(folder, `${aside}.gz.part`), 'half of it');
    for (const other of ['f.ndjson.gz.part', 'g.20251120T142900Z-000001.ndjson.gz.part'])
      await writeFile(join(folder, other), 'of somebody else');
    const gone = 'f.20251120T142900Z-000002.ndjson';
    await writeFile(join(folder, `${gone}.gz.part`), 'all that is left');
    const outlet = files({ gzip: true });
    await outlet.open();
    await outlet.close();
    expect(await names()).toEqual([
      ...[`${aside}.gz`, `${gone}.gz.part`, 'f.ndjson', 'f.ndjson.gz.part'],
      'g.20251120T142900Z-000001.ndjson.gz.part',
    ]);
    expect(seqsOf(gunzipSync(await readFile(join(folder, `${aside}.gz`))).toString())).toEqual([7]);
    expect(troubles).toEqual([expect.stringMatching(`${gone} cannot be compressed, .*ENOENT`)]);
  });

  test('take no name that is taken', async () => {
    await writeFile(join(folder, 'f.20251120T143000Z-000001.ndjson.gz'), 'mine');
    const outlet = files({ maxBytes: 1 });
    await outlet.write(upTo(1));
    await outlet.close();
    expect(await names()).toEqual([
      'f.20251120T143000Z-000001.ndjson.gz',
      'f.20251120T143000Z-000002.ndjson',
    ]);
  });

  test('are opened anew after somebody has moved them and said so, and not before', async () => {
    const outlet = files();
    await outlet.write([numbered(1)]);
    await rename(path, join(folder, 'f.1'));
    await outlet.write([numbered(2)]);
    outlet.reopen();
    await outlet.write([numbered(3)]);
    await outlet.close();
    expect(await seqsIn('f.1')).toEqual([1, 2]);
    expect(await seqsIn('f.ndjson')).toEqual([3]);
  });

  test('begin anew where one that is full was moved by somebody else', async () => {
    const outlet = files({ maxBytes: 1 });
    await outlet.open();
    await rename(path, join(folder, 'f.1'));
    await outlet.write([numbered(1)]);
    await outlet.write([numbered(2)]);
    await outlet.close();
    expect(troubles).toEqual([]);
    expect(await seqsIn('f.1')).toEqual([1]);
    expect(await seqsIn('f.20251120T143000Z-000002.ndjson')).toEqual([2]);
  });

  test('are not opened once they are closed, nor left open that were closed meanwhile', async () => {
    const outlet = files();
    const writing = outlet.write(upTo(1));
    await outlet.close();
    expect(await writing).toMatchObject({ left: upTo(1), error: new Error('it is closed') });
    expect(await names()).toEqual([]);
    const file = new LineFile({ path, gzip: false, now: () => now, onTrouble: () => undefined });
    const opening = file.open();
    await file.close();
    await expect(opening).rejects.toThrow('it is closed');
  });

  test('move nothing aside that somebody else has put in their place', async () => {
    const outlet = files({ maxBytes: 80 });
    await outlet.write(upTo(1));
    await rename(path, join(folder, 'moved.ndjson'));
    await writeFile(path, 'of another\n');
    await outlet.write(upTo(2));
    await outlet.write(upTo(3).slice(2));
    await outlet.close();
    expect(await seqsIn('moved.ndjson')).toEqual([0, 0, 1]);
    expect(await readFile(path, 'utf8')).toMatch(/^of another\n\{.*"q":2\}\n$/);
    expect(await names()).toEqual(['f.ndjson', 'moved.ndjson']);
  });

  test('are one a kind where that is asked for', async () => {
    const outlet = files({ splitPerType: true });
    await outlet.open();
    await outlet.write([numbered(1, 'T'), numbered(2, 'Q'), numbered(3, 'T')]);
    await outlet.close();
    expect(await names()).toEqual(['f.Q.ndjson', 'f.T.ndjson']);
    expect(await seqsIn('f.T.ndjson')).toEqual([1, 3]);
  });

  test('on a full disk take nothing and say so, and everything once there is room', async () => {
    const events = upTo(2);
    const full = files({ path: '/dev/full' });
    const answer = await full.write(events);
    expect(answer).toMatchObject({ left: events, isGone: false });
    expect(answer.error?.message).toContain('ENOSPC');
    await full.close();
  });

  test('of kinds that can be written take theirs while another cannot', async () => {
    await mkdir(join(folder, 'f.Q.ndjson'));
    const events = [numbered(1, 'T'), numbered(2, 'Q'), numbered(3, 'T')];
    const outlet = files({ splitPerType: true });
    expect((await outlet.write(events)).left).toEqual([events[1]]);
    await outlet.close();
    expect(await seqsIn('f.T.ndjson')).toEqual([1, 3]);
  });

  test('that cannot be moved aside go on, and that is told', async () => {
    const long = `${'f'.repeat(240)}.ndjson`;
    const outlet = files({ path: join(folder, long), maxBytes: 1 });
    expect(await outlet.write(upTo(2))).toEqual({ left: [] });
    await outlet.close();
    expect(await seqsIn(long)).toEqual([0, 1]);
    expect(troubles[0]).toMatch(/^it cannot be moved aside: .*ENAMETOOLONG/);
  });

  test('are no pipes, in which lines could be torn and whose reader would be waited for', async () => {
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const events = upTo(1);
    expect(await files().write(events)).toMatchObject({
      left: events,
      error: { message: `'${path}' is a pipe, in which lines could be torn: use a file` },
    });
    closeSync(reader);
  });

  test('that are none, but devices, are never moved aside', async () => {
    const outlet = files({ path: '/dev/null', maxBytes: 1 });
    expect(await outlet.write(upTo(2))).toEqual({ left: [] });
    await outlet.close();
    expect(troubles).toEqual([]);
  });
});
