/** What the sink `s3` is told, and whose folder it takes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockFolder } from '../../../../../runtime/ingester/sinks/s3/folder-lock.ts';
import { s3 } from '../../../../../runtime/ingester/sinks/s3/kind.ts';
import { readEnvironment } from '../../../../../runtime/platform/env.ts';

const config = (variables: NodeJS.ProcessEnv, isChosen = true) =>
  readEnvironment(variables, env => s3.config(env, { market: 'stocks', chosen: isChosen ? ['s3'] : [] }));

describe('the settings of the sink s3', () => {
  test('have defaults for all but the bucket, which must be named where the sink is chosen', () => {
    const { folder, ...rest } = config({ S3_BUCKET: 'my-bucket' });
    expect(rest).toMatchObject({
      ...{ bucket: 'my-bucket', prefix: '', windowMinutes: 15, maxObjectBytes: 1024 ** 3 },
      ...{ partBytes: 16 * 1024 ** 2, usesMarker: false, folderMaxBytes: 4 * 1024 ** 3 },
    });
    expect(() => config({})).toThrow(/S3_BUCKET is missing: the sink s3 writes there/);
    expect(config({}, false).bucket).toBe('');
    expect(config({ S3_BUCKET: 'my-bucket', S3_PREFIX: 'x' }).folder).not.toBe(folder);
  });

  test('take a prefix with or without slashes around it', () => {
    for (const S3_PREFIX of ['raw/stocks', '/raw/stocks/'])
      expect(config({ S3_BUCKET: 'my-bucket', S3_PREFIX }).prefix).toBe('raw/stocks/');
  });

  test.each([
    ['S3_PART_SIZE_BYTES', '5242880', /S3_PART_SIZE_BYTES: '5242880' is not allowed: use .* from 16000000/],
    ['S3_BUCKET', 'My_Bucket', /S3_BUCKET: 'My_Bucket' is no name of a bucket: use 3 to 63/],
    ['S3_PREFIX', 'a//b', /S3_PREFIX: 'a\/\/b' is no prefix: use letters/],
    ['S3_WINDOW_MINUTES', '0', /S3_WINDOW_MINUTES: '0' is not allowed: use a whole number from 1 to 1440/],
    ['S3_MAX_OBJECT_BYTES', '1000000000000', /more than 10000 parts of S3_PART_SIZE_BYTES/],
    [
      'S3_FOLDER_MAX_BYTES',
      '1000',
      /1000 bytes are too few for a part of each kind of events: use 167772160/,
    ],
    ['S3_USE_MARKER', 'yes', /S3_USE_MARKER: 'yes' is not allowed: use true or false/],
  ])('refuse %s=%s', (name, value, why) => {
    expect(() => config({ S3_BUCKET: 'my-bucket', [name]: value })).toThrow(why);
  });

  test('have room for ten parts, however large', () => {
    const { folderMaxBytes } = config({ S3_BUCKET: 'my-bucket', S3_PART_SIZE_BYTES: '1000000000' });
    expect(folderMaxBytes).toBe(10_000_000_000);
  });
});

describe('the folder in which events wait', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'barflow-s3-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('belongs to one process', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(join(folder, 'in-use'), resolve));
    await expect(lockFolder(folder)).rejects.toThrow(/another process writes in/);
    await new Promise(resolve => other.close(resolve));
    await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(/another process writes in/);
  });

  test('is taken over from a process that was killed', async () => {
    await writeFile(join(folder, 'in-use'), '');
    await lockFolder(folder);
  });
});
