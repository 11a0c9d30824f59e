/** What is known of an object's upload, on disk beside the parts that wait: whoever starts anew goes on with it. */
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

const NAME = 'object.json';

/** Taken from the room on the disk in time, for the day on which there is none: without manifests nothing could go away. */
const RESERVE = { name: 'reserve', bytes: 256 * 1024 };

const part = v.object({
  number: v.number(),
  bytes: v.number(),
  etag: v.string(),
  crc32: v.optional(v.string()),
});

const schema = v.object({
  /** Nothing is added any more. */
  sealed: v.boolean(),
  /** Where it goes, once that is decided. */
  target: v.optional(v.object({ bucket: v.string(), key: v.string() })),
  uploadId: v.optional(v.string()),
  /** Those that the bucket has acknowledged. */
  parts: v.array(part),
});

export type Manifest = v.InferOutput<typeof schema>;
export type StoredPart = v.InferOutput<typeof part>;

export const emptyManifest: Manifest = { sealed: false, parts: [] };

/** The manifest of the object in that folder; an empty one where there is none. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, NAME), 'utf8').catch(() => undefined);
  return text === undefined ? emptyManifest : v.parse(schema, JSON.parse(text));
}

/** Writes it whole or not at all. @param spool the folder with the reserve */
export async function saveManifest(folder: string, spool: string, manifest: Manifest): Promise<void> {
  const unfinished = join(folder, `${NAME}.new`);
  const text = JSON.stringify(manifest);
  const write = () => writeFile(unfinished, text, { flush: true });
  await write().catch(async () => {
    await rm(join(spool, RESERVE.name), { force: true });
    await write();
  });
  await rename(unfinished, join(folder, NAME));
  await syncFolder(folder);
}

/** As long as there is room for it. */
export async function keepReserve(spool: string): Promise<void> {
  const path = join(spool, RESERVE.name);
  await writeFile(path, Buffer.alloc(RESERVE.bytes), { flag: 'wx' }).catch(() => undefined);
}

/** What was made in a folder outlives the machine's end. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  await handle.sync().finally(() => handle.close());
}
