/** Where the sink `ndjson` is told to write, and cannot. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ndjson } from '../../../../../runtime/ingester/sinks/ndjson/kind.ts';
import { Environment } from '../../../../../runtime/platform/env.ts';
import { Seldom } from '../../../../../runtime/platform/seldom.ts';
import { processTime } from '../../../../../runtime/platform/time.ts';
import { Folder } from '../../../../support/folder.ts';
import { MemoryLogger } from '../../support/log.ts';

/** Somebody who may do nothing but what all may. */
const NOBODY = 65_534;

describe('the sink ndjson', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder[Symbol.dispose]());

  function opened(NDJSON_DEST: string) {
    const config = ndjson.config(new Environment({ NDJSON_DEST }), { market: 'stocks', chosen: ['ndjson'] });
    const world = {
      ...({ market: 'stocks', output: process.stdout, now: Date.now, time: processTime } as const),
      eventTime: Date.now,
      ...{ chosen: [], logger: new MemoryLogger(), onGone: () => undefined, envelopeOf: () => '' },
    };
    return ndjson.open(config, world, new Seldom(processTime, 1));
  }

  const refusal = (path: string, code: string) =>
    `NDJSON_DEST: '${path}' cannot be written (${code}): name a file in a folder that is there and can be written`;

  test('is told no folder, and no file in one that is not there', async () => {
    await expect(opened(folder.path)).rejects.toThrow(refusal(folder.path, 'EISDIR'));
    const path = join(folder.path, 'none', 'f');
    await expect(opened(path)).rejects.toThrow(refusal(path, 'ENOENT'));
  });

  test('is told no file that it may not write, nor a new one in a folder that it may not', async () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '', { mode: 0o444 });
    chmodSync(folder.path, 0o555);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      for (const path of [file, join(folder.path, 'new')])
        await expect(opened(path)).rejects.toThrow(refusal(path, 'EACCES'));
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder.path, 0o755);
    }
  });
});
