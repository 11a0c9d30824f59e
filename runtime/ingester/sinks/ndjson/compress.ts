/** Compresses a file: whoever sees the name ending in `.gz` sees the whole of it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** `f` becomes `f.gz`. @throws when that cannot be; `f` is as it was then */
export async function compress(path: string): Promise<void> {
  const unfinished = `${path}.gz.part`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished));
    await rename(unfinished, `${path}.gz`);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await rm(path);
}
