/** The text of a file, unpacked by what it holds, not by its name, without ever holding the whole of it. */
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP = Buffer.from([0x1f, 0x8b]);
/** Whoever packs a packed file again has it packed twice; what is packed deeper than that may be so without end. */
const DEEPEST = 2;

/** @throws the errors of the file system and of zlib (a truncated or damaged archive). */
export async function* unpackedText(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of unpacked(createReadStream(path), DEEPEST))
    yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

async function* unpacked(packed: AsyncIterable<Buffer>, depth: number): AsyncGenerator<Buffer> {
  const chunks = packed[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  if (depth === 0 || !head.subarray(0, GZIP.length).equals(GZIP)) return yield* all();
  // Errors come out where the text is read.
  const gunzip = pipeline(Readable.from(all()), createGunzip(), () => {});
  yield* unpacked(gunzip, depth - 1);
}
