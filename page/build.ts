/** Makes the page: the files that a server hands out as they are, with their sizes on the way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Config, DEFAULTS } from './model/config.ts';
import { runbookPage } from './runbook.ts';

export interface PageFile {
  /** Path from the page's own address: `` is the page itself. */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
  /** Loaded with the page, and not only when somebody follows a link. */
  readonly isPartOfPage: boolean;
}

/** What every answer with one of these files must say: only what comes from the same place runs, and nobody frames it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

const FOLDER = import.meta.dirname;

/** @param config what differs from the defaults: every 5 s, as a whole each minute */
export async function buildPage(config: Partial<Config> = {}): Promise<readonly PageFile[]> {
  const { outputFiles } = await build({
    entryPoints: { page: join(FOLDER, 'main.ts'), style: join(FOLDER, 'style/page.css') },
    outdir: FOLDER,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // The licence of the chart library stays with it.
    legalComments: 'eof',
    logLevel: 'warning',
  });
  const made = (extension: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(extension));
    if (file === undefined) throw new Error(`esbuild made no ${extension}`);
    return Buffer.from(file.contents);
  };
  const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
  const document = read('index.html').replace(
    'content="{}"',
    `content="${escaped(JSON.stringify({ ...DEFAULTS, ...config }))}"`,
  );
  return [
    file('', 'text/html; charset=utf-8', document),
    file('page.js', 'text/javascript; charset=utf-8', made('.js')),
    file('page.css', 'text/css; charset=utf-8', made('.css')),
    file('icon.svg', 'image/svg+xml', read('icon.svg')),
    file('runbook.html', 'text/html; charset=utf-8', runbookPage(), false),
  ];
}

/** Bytes that loading the page takes, as it is sent. */
export function sizeOf(files: readonly PageFile[], encoding: 'gzip' | 'brotli'): number {
  return files
    .filter(({ isPartOfPage }) => isPartOfPage)
    .reduce((bytes, file) => bytes + file[encoding].length, 0);
}

function file(path: string, type: string, content: string | Buffer, isPartOfPage = true): PageFile {
  const body = Buffer.from(content);
  const gzip = gzipSync(body, { level: 9 });
  const brotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { path, type, body, gzip, brotli, isPartOfPage };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
