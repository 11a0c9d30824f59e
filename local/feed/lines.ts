/** Lines of a text file, gunzipped when its name ends in .gz, without ever holding the whole file. */
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * Calls `take` with every line (without its line end) and its number, from 1 on.
 * @throws what `take` throws, and the errors of the file system and of zlib (a truncated or damaged archive).
 */
export async function eachLine(path: string, take: (line: string, number: number) => void): Promise<void> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  const takeFrom = (text: string) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      take(
        text.charCodeAt(end - 1) === CARRIAGE_RETURN ? text.slice(from, end - 1) : text.slice(from, end),
        ++number,
      );
      from = end + 1;
    }
    rest = text.slice(from);
  };
  await pipeline(
    createReadStream(path),
    path.endsWith('.gz') ? createGunzip() : new PassThrough(),
    async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) takeFrom(rest + decoder.decode(chunk, { stream: true }));
    },
  );
  const last = rest + decoder.decode();
  if (last !== '') take(last, ++number);
}

const CARRIAGE_RETURN = 13;
