/** What is passed on, in a bucket of this machine: objects, their parts, and what goes on after an end. */
import { appendFile, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NumberedEvent } from '../../../../../runtime/ingester/sinks/passed-on/event.ts';
import { eventually } from '../../support/eventually.ts';
import { numbered } from '../../support/numbered.ts';
import { lineOf, S3Rig, seqsIn } from '../../support/s3-rig.ts';

const FOLDER = 'raw/channel=T/ingest_dt=2025/11/20/hour=14/part=20251120_1430-20251120_1445/';
const MINUTE = 60_000;
const forever = () => new AbortController().signal;

describe('objects of a bucket', () => {
  let rig: S3Rig;
  beforeEach(async () => {
    rig = await S3Rig.start();
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  /** Events that come now. */
  const upTo = (last: number, first = 1, kind = 'T') =>
    Array.from({ length: last - first + 1 }, (_, n) => ({ ...numbered(first + n, kind), ingestTs: rig.now }));
  const large = (event: NumberedEvent) => ({ ...event, text: `{"x":"${'x'.repeat(180)}"}` });
  const keys = async () => [...(await rig.objects()).keys()];
  const said = (what: string) => rig.logger.lines.filter(line => line.includes(`"${what}"`));
  const failed = (count: number) => eventually(() => said('s3_finalize_failed').length >= count);

  test('are one a kind and window, lines in order, whole from the first byte to the last', async () => {
    const { outlet } = await rig.open();
    const events = [...upTo(3), ...upTo(5, 4, 'LULD'), ...upTo(7, 6)];
    expect(await outlet.write(events)).toEqual({ left: [] });
    expect(await keys()).toEqual([]);
    await outlet.close(forever());
    const luld = FOLDER.replace('channel=T', 'channel=LULD');
    expect(await keys()).toEqual([`${luld}host-seq=000001.ndjson`, `${FOLDER}host-seq=000001.ndjson`]);
    const text = (await rig.objects()).get(`${FOLDER}host-seq=000001.ndjson`);
    expect(text).toBe(events.flatMap(each => (each.kind === 'T' ? `${lineOf(each)}\n` : [])).join(''));
    expect(rig.sent.toSorted()).toEqual(['ListObjectsV2', 'ListObjectsV2', 'PutObject', 'PutObject']);
    expect(await readdir(rig.folder)).toEqual(['reserve']);
  });

  test('end with their window, while others of their kind come, none come, or only those of other kinds', async () => {
    const { outlet, rested } = await rig.open();
    await outlet.write([...upTo(1), ...upTo(2, 2, 'Q'), ...upTo(3, 3, 'A')]);
    rig.now += 15 * MINUTE;
    await outlet.write(upTo(4, 4));
    await rested();
    expect((await keys()).map(key => key.split('/')[1])).toEqual(['channel=A', 'channel=Q', 'channel=T']);
    rig.now += 15 * MINUTE;
    await outlet.idle();
    await rested();
    expect((await keys()).at(-1)).toMatch(/part=20251120_1445-20251120_1500\/host-seq=000001\.ndjson$/);
    expect(await rig.seqs()).toEqual([3, 2, 1, 4]);
  });

  test('end before they would have more bytes than they may, but for one of a single line', async () => {
    const line = lineOf(numbered(1)).length + 1;
    const { outlet } = await rig.open({ maxObjectBytes: 2.5 * line });
    await outlet.write(upTo(3));
    await outlet.write([
      ...upTo(4, 4),
      ...upTo(5, 5).map(each => ({ ...each, text: `"${'y'.repeat(500)}"` })),
    ]);
    await outlet.write(upTo(6, 6));
    await outlet.close(forever());
    const found = [...(await rig.objects())].map(([key, text]) => [key.slice(-13), ...seqsIn(text)]);
    expect(found).toEqual([
      ['000001.ndjson', 1, 2],
      ['000002.ndjson', 3, 4],
      ['000003.ndjson', 5],
      ['000004.ndjson', 6],
    ]);
  });

  test('go to the bucket in parts while their window lasts, and no part of them waits on disk after that', async () => {
    const LEAST = 5 * 1024 * 1024;
    rig.bucket.uploads.leastPart = LEAST;
    const { outlet, spool, rested } = await rig.open({ partBytes: LEAST });
    const events = upTo(14).map(each => ({ ...each, text: `{"x":"${'x'.repeat(900_000)}"}` }));
    await outlet.write(events);
    await rested();
    expect(rig.sent).toEqual(['ListObjectsV2', 'CreateMultipartUpload', 'UploadPart', 'UploadPart']);
    expect(spool.bytes).toBeLessThan(LEAST);
    expect(await keys()).toEqual([]);
    await outlet.close(forever());
    expect(rig.sent.slice(4)).toEqual(['UploadPart', 'CompleteMultipartUpload']);
    expect(await rig.seqs()).toEqual(events.map(({ seq }) => seq));
  });

  test('of nothing are none', async () => {
    const { outlet } = await rig.open();
    await outlet.idle();
    await outlet.close(forever());
    expect(rig.sent).toEqual([]);
  });

  test('are continued by whoever starts anew in their window, parts and all', async () => {
    const first = await rig.open();
    await first.outlet.write(upTo(7).map(large));
    await first.rested();
    const second = await rig.open();
    await second.outlet.write(upTo(8, 8));
    await second.outlet.close(forever());
    expect(await keys()).toEqual([`${FOLDER}host-seq=000001.ndjson`]);
    expect(await rig.seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rig.sent.filter(each => each === 'CreateMultipartUpload')).toHaveLength(1);
  });

  test('are finished by whoever starts anew after their window, and before those that come then', async () => {
    const first = await rig.open();
    await first.outlet.write(upTo(2));
    rig.now += 15 * MINUTE;
    const second = await rig.open();
    await second.outlet.write(upTo(3, 3));
    await second.outlet.close(forever());
    expect([...(await rig.objects()).values()].map(seqsIn)).toEqual([[1, 2], [3]]);
  });

  test('lose the half of a line at which a process ended, and that is said', async () => {
    const first = await rig.open();
    await first.outlet.write(upTo(2));
    const [name = ''] = (await readdir(rig.folder)).filter(each => each.startsWith('T.'));
    await appendFile(join(rig.folder, name, 'part-000001.ndjson'), '{"seq":3,"pay');
    const second = await rig.open();
    await second.outlet.write(upTo(4, 4));
    await second.outlet.close(forever());
    expect(await rig.seqs()).toEqual([1, 2, 4]);
    expect(said('raw_event_write_failed')[0]).toMatch(/it is cut off.*"bytes":13/);
  });

  test('take numbers that no object of their host has', async () => {
    await rig.bucket.put(`${FOLDER}host-seq=000041.ndjson`, '{"seq":0}\n');
    await rig.bucket.put(`${FOLDER}other-seq=000099.ndjson`, '{"seq":0}\n');
    const { outlet } = await rig.open();
    await outlet.write(upTo(1));
    await outlet.close(forever());
    expect(await keys()).toContain(`${FOLDER}host-seq=000042.ndjson`);
  });

  test('have a marker beside them until they are whole, where that is wanted', async () => {
    const { outlet } = await rig.open({ usesMarker: true, maxObjectBytes: 100 });
    await outlet.write(upTo(1));
    await eventually(async () => (await rig.bucket.keys(''))[0] === `${FOLDER}uploading.marker`);
    expect(await keys()).toEqual([]);
    await outlet.write(upTo(3, 2));
    await outlet.close(forever());
    expect(await rig.bucket.keys('')).toEqual(await keys());
    expect(await rig.seqs()).toEqual([1, 2, 3]);
  });

  test('are written all the same where a marker cannot be put or taken away, and that is said', async () => {
    const { outlet, rested } = await rig.open({ usesMarker: true });
    rig.fates = ['well', 'fails', 'well', 'fails'];
    await outlet.write(upTo(1));
    await rested();
    await outlet.close(forever());
    expect(rig.sent).toEqual(['ListObjectsV2', 'PutObject', 'PutObject', 'DeleteObject']);
    expect(await rig.seqs()).toEqual([1]);
    expect(said('s3_marker_failed')).toHaveLength(2);
  });

  test('wait for a bucket that denies them, with a line that says what to do, and go there once it does not', async () => {
    const { outlet, rested } = await rig.open();
    rig.bucket.refuses = true;
    await outlet.write(upTo(1));
    rig.now += 15 * MINUTE;
    await outlet.idle();
    await failed(3);
    expect(said('s3_finalize_failed')[0]).toMatch(
      /s3:\/\/events\/raw.*AccessDenied.*allow s3:ListBucket, s3:PutObject/,
    );
    expect(outlet.state).toBe('AccessDenied');
    expect(await outlet.write(upTo(2, 2))).toMatchObject({ left: [], error: { name: 'BucketError' } });
    rig.bucket.refuses = false;
    await rested();
    expect(await rig.seqs()).toEqual([1]);
    await outlet.close(forever());
    expect(outlet.state).toBeUndefined();
    expect(await rig.seqs()).toEqual([1, 2]);
  });

  test('wait for a bucket that there is not, and no more of them than the folder may hold', async () => {
    const { outlet } = await rig.open({ name: 'nobodys', limit: 2_000, maxObjectBytes: 300 });
    const events = upTo(30);
    for (const each of events) await outlet.write([each]);
    await failed(1);
    expect(said('s3_finalize_failed')[0]).toMatch(
      /NoSuchBucket.*make the bucket, or name another one in S3_BUCKET/,
    );
    const answer = await outlet.write(upTo(60, 31));
    expect(answer.error?.message).toMatch(/holds \d+ bytes .* 2000 are its most.*S3_FOLDER_MAX_BYTES/);
    const taken = 60 - answer.left.length;
    expect(answer.left).toEqual(upTo(60, taken + 1));
    await expect(outlet.close(AbortSignal.abort())).rejects.toThrow(
      /objects \(\d+ bytes\) are not in the bucket/,
    );
    const next = await rig.open();
    await next.outlet.close(forever());
    expect(await rig.seqs()).toEqual(upTo(taken).map(({ seq }) => seq));
  });

  test('are there once, whichever answers are lost', async () => {
    const { outlet, rested } = await rig.open();
    await outlet.write(upTo(7).map(large));
    await rested();
    rig.fates = ['lost', 'well', 'lost', 'fails', 'lost'];
    await outlet.close(forever());
    expect(rig.sent.slice(-3)).toEqual([
      'CompleteMultipartUpload',
      'CompleteMultipartUpload',
      'ListObjectsV2',
    ]);
    expect(await rig.seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('begin anew with what waits where somebody has aborted their upload, and what is lost is said', async () => {
    const { outlet, rested } = await rig.open();
    await outlet.write(upTo(6).map(large));
    await rested();
    await outlet.write(upTo(7, 7));
    for (const { key, id } of await rig.bucket.uploads.list('')) await rig.bucket.uploads.abort(key, id);
    await outlet.close(forever());
    expect(await rig.seqs()).toEqual([7]);
    expect(said('s3_finalize_failed')[0]).toMatch(
      /\d{4} bytes are lost with the upload that somebody has aborted/,
    );
  });

  test('end early where there is no room for more, and make it', async () => {
    const { outlet, rested } = await rig.open({ limit: 1_000 });
    await outlet.write([...upTo(2), ...upTo(3, 3, 'Q')].map(large));
    const more = upTo(6, 4).map(large);
    const answer = await outlet.write(more);
    expect(answer.left).toEqual(more);
    await rested();
    expect(await rig.seqs()).toEqual([3, 1, 2]);
    expect(await outlet.write(answer.left)).toEqual({ left: [] });
    await outlet.close(forever());
    expect((await rig.seqs()).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('on a full disk take nothing and say so, those of other kinds all the same, which go to the bucket at once, and everything once there is room', async () => {
    const { outlet, rested } = await rig.open();
    const { start, end } = { start: Date.UTC(2025, 10, 20, 14, 30), end: Date.UTC(2025, 10, 20, 14, 45) };
    const full = join(rig.folder, `T.${start}.${end}.000001`);
    await mkdir(full);
    await symlink('/dev/full', join(full, 'part-000001.ndjson'));
    const events = [...upTo(2), ...upTo(3, 3, 'Q')];
    const answer = await outlet.write(events);
    expect(answer.left).toEqual(events.slice(0, 2));
    expect(answer.error?.message).toContain('ENOSPC');
    await rested();
    expect(await rig.seqs()).toEqual([3]);
    await rm(join(full, 'part-000001.ndjson'));
    // What is written now goes to the file that was opened: another process finds the one that is there.
    const next = await rig.open();
    expect(await next.outlet.write(answer.left)).toEqual({ left: [] });
    await next.outlet.close(forever());
    expect(await rig.seqs()).toEqual([3, 1, 2]);
  });

  test('leave a full disk, for which a reserve is kept', async () => {
    const { outlet, rested } = await rig.open();
    await outlet.write(upTo(1));
    const [name = ''] = (await readdir(rig.folder)).filter(each => each.startsWith('T.'));
    const manifest = join(rig.folder, name, 'object.json.new');
    await symlink('/dev/full', manifest);
    rig.now += 15 * MINUTE;
    await outlet.idle();
    await failed(1);
    expect(said('s3_finalize_failed')[0]).toContain('ENOSPC');
    expect(await readdir(rig.folder)).not.toContain('reserve');
    await rm(manifest);
    await rested();
    expect(await readdir(rig.folder)).toEqual(['reserve']);
    expect(await rig.seqs()).toEqual([1]);
  });

  test('stay those of their window when a clock is set back a little, and are of its own when it is set back far', async () => {
    const { outlet } = await rig.open();
    await outlet.write(upTo(1));
    rig.now -= 5 * MINUTE;
    await outlet.write(upTo(2, 2));
    rig.now -= 60 * MINUTE;
    await outlet.write(upTo(3, 3));
    await outlet.close(forever());
    const found = [...(await rig.objects())].map(([key, text]) => [
      /part=\d+_(\d+)/.exec(key)?.[1],
      ...seqsIn(text),
    ]);
    expect(found).toEqual([
      ['1315', 3],
      ['1430', 1, 2],
    ]);
  });

  test('are named in order, also when the first of them could not get its name at once', async () => {
    const { outlet } = await rig.open({ maxObjectBytes: 1 });
    rig.fates = ['fails', 'fails'];
    await outlet.write(upTo(3));
    await outlet.close(forever());
    expect(await rig.seqs()).toEqual([1, 2, 3]);
  });

  test('with a manifest that cannot be read are objects all the same', async () => {
    const first = await rig.open();
    await first.outlet.write(upTo(1));
    const [name = ''] = (await readdir(rig.folder)).filter(each => each.startsWith('T.'));
    await appendFile(join(rig.folder, name, 'object.json'), '{"sealed":');
    const { outlet } = await rig.open();
    await outlet.close(forever());
    expect(await rig.seqs()).toEqual([1]);
    expect(said('raw_event_write_failed')[0]).toContain('its manifest cannot be read');
  });
});
