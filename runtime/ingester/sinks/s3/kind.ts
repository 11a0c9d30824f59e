/** The sink `s3`: envelopes as objects of a bucket. */
import { createHash } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, EnvironmentError } from '../../../platform/env.ts';
import { makeFolder } from '../../../platform/folder.ts';
import { amount, flag } from '../../../platform/setting.ts';
import { s3Env as name } from '../../../platform/sink-names.ts';
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { lockFolder } from './folder-lock.ts';

const [MB, GIB] = [1_000_000, 1024 ** 3];
/** As many as S3 makes an object of. */
const MOST_PARTS = 10_000;
/** More than any market has kinds of events. */
const KINDS = 10;

export interface S3Config {
  readonly taking: Taking;
  /** Empty where the sink is not chosen. */
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly windowMinutes: number;
  readonly maxObjectBytes: number;
  readonly partBytes: number;
  readonly usesMarker: boolean;
  readonly folder: string;
  readonly folderMaxBytes: number;
}

export const s3: Kind<S3Config> = {
  config(env, { chosen }) {
    const before = env.problems.length;
    const read = {
      taking: takingIn(env, 's3', 65_536),
      ...placeIn(env),
      windowMinutes: env.setting(windowMinutes),
      maxObjectBytes: env.setting(maxObjectBytes),
      partBytes: env.setting(partBytes),
      usesMarker: env.setting(usesMarker),
    };
    const folderMaxBytes = env.setting(folderMax) || Math.max(4 * GIB, KINDS * read.partBytes);
    const config = { ...read, folderMaxBytes };
    if (!chosen.includes('s3') || env.problems.length > before) return config;
    if (config.bucket === '')
      env.problems.push(`${name.bucket} is missing: the sink s3 writes there: use the name of a bucket`);
    expectFit(env, config);
    return config;
  },
  async open(config, { time, logger, now, envelopeOf: lineOf }, seldom) {
    const { bucket, prefix, folder, folderMaxBytes: limit, partBytes, usesMarker } = config;
    try {
      makeFolder(folder);
      await lockFolder(folder);
    } catch (error) {
      const fault = `'${folder}' cannot be used (${error}): name a folder that can be written, of this process alone and with at most 90 characters`;
      throw new EnvironmentError([`${name.folder}: ${fault}`]);
    }
    // The client takes memory, for which who writes elsewhere has no use.
    const [{ EventBucket, uploadClient }, { Upload }, { Uploader }, { Spool }, { S3Objects }] =
      await Promise.all([
        import('./bucket.ts'),
        import('./upload.ts'),
        import('./uploader.ts'),
        import('./spool.ts'),
        import('./s3.ts'),
      ]);
    const spool = await Spool.open({ folder, limit, partBytes, logger });
    const place = { name: bucket, prefix, hostname: hostname(), usesMarker };
    const upload = new Upload({ ...place, bucket: new EventBucket(uploadClient()), spool, logger });
    const uploader = new Uploader({ spool, upload, time, seldom, logger });
    const outlet = await S3Objects.open({ ...config, spool, uploader, lineOf, now });
    return { outlet, flushEvery: 5_000, flushInterval: 1_000 };
  },
};

function placeIn(env: Environment): Pick<S3Config, 'bucket' | 'prefix' | 'folder'> {
  const bucket = env.parsed(name.bucket, {
    purpose: 'is the bucket of the sink `s3`',
    takes: 'the name of a bucket',
    fallback: '',
    otherwise: 'none',
    read: text => {
      if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)) return text;
      throw new RangeError(`'${text}' is no name of a bucket: use 3 to 63 of a to z, 0 to 9, - and .`);
    },
  });
  const prefix = env.parsed(name.prefix, {
    purpose: 'is what keys of objects begin with, as a folder',
    takes: 'words with slashes between them',
    fallback: '',
    otherwise: 'nothing',
    read: text => {
      const inner = text.replace(/^\/+|\/+$/g, '');
      if (/^[\w!'()*.=-]+(\/[\w!'()*.=-]+)*$/.test(inner) && inner.length <= 512) return `${inner}/`;
      throw new RangeError(`'${text}' is no prefix: use letters, digits and !'()*._=- with slashes between`);
    },
  });
  // Whoever starts anew finds it; another bucket or prefix has another one.
  const own = createHash('sha256').update(`${bucket}/${prefix}`).digest('hex').slice(0, 16);
  const folder = env.text(name.folder, {
    purpose:
      'is the folder in which events of the sink `s3` wait for the bucket; after a crash the next start goes on with it',
    fallback: join(tmpdir(), 'barflow-s3', own),
    otherwise: 'one for bucket and prefix in the system’s temporary folder',
  });
  return { bucket, prefix, folder };
}

function expectFit(env: Environment, { maxObjectBytes, partBytes, folderMaxBytes }: S3Config): void {
  if (maxObjectBytes > MOST_PARTS * partBytes)
    env.problems.push(
      `${name.maxObjectBytes}: ${maxObjectBytes} bytes are more than ${MOST_PARTS} parts of ${name.partSizeBytes} (${partBytes}): use less, or larger parts`,
    );
  if (folderMaxBytes < KINDS * partBytes)
    env.problems.push(
      `${name.folderMaxBytes}: ${folderMaxBytes} bytes are too few for a part of each kind of events: use ${KINDS * partBytes} at the least, or a smaller ${name.partSizeBytes}`,
    );
}

const windowMinutes = amount({
  variable: name.windowMinutes,
  purpose: 'is how many minutes one object holds, from midnight UTC on',
  ...{ min: 1, max: 1_440, whole: true, fallback: 15 },
});
const maxObjectBytes = amount({
  variable: name.maxObjectBytes,
  purpose: 'ends an object before its window is over that would have more bytes',
  ...{ min: 1, max: 5e12, whole: true, fallback: GIB },
});
const partBytes = amount({
  variable: name.partSizeBytes,
  purpose: 'is how many bytes go to the bucket at once',
  ...{ min: 16 * MB, max: 5e9, whole: true, fallback: 16 * 1024 * 1024 },
});
const usesMarker = flag({
  variable: name.useMarker,
  purpose: 'puts `uploading.marker` beside an object that is under way',
  fallback: false,
});
const folderMax = amount({
  variable: name.folderMaxBytes,
  purpose: 'is how many bytes wait in `S3_FOLDER` at most while the bucket takes none',
  ...{ min: 0, max: 1e15, whole: true, fallback: 0, otherwise: '4 GiB, and ten parts at the least' },
});
