/** Flat files for tests: written to a folder of their own, and read as the commands read them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type FlatFileOptions, type FlatFiles, readFlatFiles } from '../../../local/flat-files/flat-file.ts';
import type { FlatRow } from '../../../local/flat-files/flat-rows.ts';

export const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';
export const T0 = Date.parse('2025-11-20T14:30:00Z');
/** A minute after `T0` as files write it. */
export const at = (minute: number): string => `${T0 + minute * 60_000}000000`;
export const rows = (...lines: string[]): string => [HEADER, ...lines, ''].join('\n');
export const good = `AAPL,4989,212.4,212.45,212.5,212.35,${at(0)},81`;

type Contents = Readonly<Record<string, string | Uint8Array>>;

export interface Files {
  /** The rows of one file. Errors name it without its folder. */
  rowsOf(content: string | Uint8Array, options?: Partial<FlatFileOptions>, name?: string): Promise<FlatRow[]>;
  /** Several files by their names, which summaries and errors have without their folder. */
  read(contents: Contents, options?: Partial<FlatFileOptions>): Promise<FlatFiles>;
}

/** For the tests of a file, which calls it once. */
export function useFiles(): Files {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flat-files-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const bare = (text: string) => text.replaceAll(`${folder}/`, '');

  async function read(contents: Contents, options: Partial<FlatFileOptions> = {}): Promise<FlatFiles> {
    const written = Object.entries(contents).map(([name, content]) => ({
      path: join(folder, name),
      content,
    }));
    for (const { path, content } of written) await writeFile(path, content);
    const paths = written.map(({ path }) => path);
    try {
      const { summaries, ...found } = await readFlatFiles(paths, { market: 'stocks', ...options });
      return { ...found, summaries: summaries.map(bare) };
    } catch (error) {
      throw new Error(bare(String(error)));
    }
  }

  return {
    read,
    rowsOf: async (content, options, name = 'day.csv') => [
      ...(await read({ [name]: content }, options)).rows,
    ],
  };
}
