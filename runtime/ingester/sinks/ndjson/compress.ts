/** Compresses a file: whoever sees the name ending in `.gz` sees the whole of it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { access, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const UNFINISHED = '.gz.part';

/** `f` becomes `f.gz`. @throws when that cannot be; `f` is as it was then */
export async function compress(path: string): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  await access(path);
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished));
    await rename(unfinished, `${path}.gz`);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await rm(path);
}

/** Files in the folder of this one that somebody has begun to compress and not ended: their paths. */
export async function halfCompressed(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path));
  return names
    .filter(name => name.endsWith(UNFINISHED))
    .map(name => join(dirname(path), name.slice(0, -UNFINISHED.length)));
}
