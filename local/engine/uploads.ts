/** Multipart uploads of a bucket: each a folder of parts, until it is completed or aborted. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { makeFolder } from '../../runtime/platform/folder.ts';
import { ObjectFault } from './object-fault.ts';
import type { NamedPart } from './object-xml.ts';

const MOST_PARTS = 10_000;
const KEY = 'key.json';

/** An upload that is under way. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** Its parts have CRC-32 checksums, and whoever completes it names them. */
  readonly hasChecksums: boolean;
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  /** Base64. */
  readonly crc32: string;
  readonly size: number;
  readonly path: string;
}

export class Uploads {
  readonly #bucket: string;
  readonly #folder: string;
  /** Of every part but the last, in bytes. */
  leastPart = 5 * 1024 * 1024;

  /** @param bucket the folder of the bucket's objects; they lie beside it */
  constructor(bucket: string) {
    this.#bucket = bucket;
    this.#folder = `${bucket}.uploads`;
  }

  async create(key: string, hasChecksums: boolean): Promise<Upload> {
    const upload = { id: randomUUID().replaceAll('-', ''), key, hasChecksums };
    makeFolder(join(this.#folder, upload.id));
    await writeFile(join(this.#folder, upload.id, KEY), JSON.stringify(upload));
    return upload;
  }

  /** Those of keys that begin so, by key. */
  async list(prefix: string): Promise<Upload[]> {
    const ids = await readdir(this.#folder).catch(() => []);
    const all = (await Promise.all(ids.map(id => this.#read(id)))).filter(upload => upload !== undefined);
    return all.filter(({ key }) => key.startsWith(prefix)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Takes a part, in place of the one that had its number. @throws ObjectFault */
  async put(key: string, id: string, number: number, body: Buffer): Promise<Part> {
    await this.#expect(key, id);
    if (!(Number.isInteger(number) && number >= 1 && number <= MOST_PARTS))
      throw new ObjectFault('InvalidArgument', `Part number must be an integer between 1 and ${MOST_PARTS}`);
    const part = partOf(number, body);
    const earlier = (await this.parts(key, id)).find(each => each.number === number);
    const unfinished = join(this.#folder, id, `.${randomUUID()}`);
    await writeFile(unfinished, body);
    const path = join(this.#folder, id, part.name);
    await rename(unfinished, path);
    if (earlier && earlier.path !== path) await rm(earlier.path, { force: true });
    return { ...part, path };
  }

  /** In order. @throws ObjectFault */
  async parts(key: string, id: string): Promise<Part[]> {
    await this.#expect(key, id);
    const names = await readdir(join(this.#folder, id));
    const read = names.map(async name => {
      const [, number, etag, crc] = /^(\d{5})\.(\w+)\.(\w+)$/.exec(name) ?? [];
      if (number === undefined || etag === undefined || crc === undefined) return undefined;
      const path = join(this.#folder, id, name);
      const { size } = await stat(path);
      return { number: Number(number), etag, crc32: base64(crc), size, path };
    });
    const found = (await Promise.all(read)).filter(part => part !== undefined);
    return found.toSorted((a, b) => a.number - b.number);
  }

  /** Makes an object of the parts named. @returns its ETag. @throws ObjectFault, and then the upload is as it was */
  async complete(key: string, id: string, named: readonly NamedPart[]): Promise<string> {
    const { hasChecksums } = await this.#expect(key, id);
    expectComplete(named, hasChecksums);
    const there = await this.parts(key, id);
    const chosen = named.map((wanted, index) => {
      const part = there.find(each => each.number === wanted.number && each.etag === wanted.etag);
      if (!part || (wanted.crc32 !== undefined && wanted.crc32 !== part.crc32))
        throw new ObjectFault('InvalidPart', `Part ${wanted.number} could not be found, or is another one`);
      if (index < named.length - 1 && part.size < this.leastPart)
        throw new ObjectFault('EntityTooSmall', `Part ${wanted.number} is smaller than the least size`);
      return part;
    });
    const unfinished = join(this.#folder, id, `.${randomUUID()}`);
    await writeFile(unfinished, '');
    for (const { path } of chosen)
      await pipeline(createReadStream(path), createWriteStream(unfinished, { flags: 'a' }));
    const file = join(this.#bucket, key);
    makeFolder(dirname(file));
    await rename(unfinished, file);
    await this.abort(key, id);
    const digests = chosen.map(({ etag }) => Buffer.from(etag, 'hex'));
    return `${md5(Buffer.concat(digests))}-${chosen.length}`;
  }

  /** @throws ObjectFault */
  async abort(key: string, id: string): Promise<void> {
    await this.#expect(key, id);
    await rm(join(this.#folder, id), { recursive: true, force: true });
  }

  async #expect(key: string, id: string): Promise<Upload> {
    const upload = await this.#read(id);
    if (upload?.key === key) return upload;
    throw new ObjectFault('NoSuchUpload', 'The upload does not exist: it may have been aborted or completed');
  }

  async #read(id: string): Promise<Upload | undefined> {
    if (!/^\w+$/.test(id)) return undefined;
    const text = await readFile(join(this.#folder, id, KEY), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : JSON.parse(text);
  }
}

/** @throws ObjectFault */
function expectComplete(named: readonly NamedPart[], hasChecksums: boolean): void {
  if (named.length === 0) throw new ObjectFault('MalformedXML', 'The XML names no part');
  const isRising = named.every(({ number }, index) => number > (named[index - 1]?.number ?? 0));
  if (!isRising) throw new ObjectFault('InvalidPartOrder', 'The list of parts was not in ascending order');
  const bare = hasChecksums && named.find(part => part.crc32 === undefined);
  if (bare)
    throw new ObjectFault(
      'InvalidRequest',
      `The upload was created using a crc32 checksum: it was missing for part ${bare.number} in the request`,
    );
}

function partOf(number: number, body: Buffer) {
  const crc = crc32(body).toString(16).padStart(8, '0');
  const etag = md5(body);
  const name = `${`${number}`.padStart(5, '0')}.${etag}.${crc}`;
  return { number, etag, crc32: base64(crc), size: body.length, name };
}

export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
