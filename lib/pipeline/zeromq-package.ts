/** What the ingester's image holds beside its bundle: ZeroMQ, whose library is native. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

const PROJECT = join(import.meta.dirname, '../..');

/** Where the packages lie, as the lock file calls them, and what of them is run or must go with it. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'node_modules/zeromq': ['package.json', 'lib', 'LICENSE.txt', 'LICENSE_MPL-2.0.txt'],
  'node_modules/cmake-ts': ['package.json', 'build/loader.js'],
};
const BUILDS = 'node_modules/zeromq/build';

/** The base has glibc, and Node's own interface lets one build serve every later Node. Both processors, for one image is made of it wherever. */
const build = v.object({ os: v.literal('linux'), libc: v.literal('glibc'), abi: v.literal(127) });

export const zeromqPackages: readonly string[] = Object.keys(FILES);

/** Copies it into the folder that an image is built from. @throws when it is not installed, or no build of it fits */
export function copyZeroMq(folder: string): void {
  const copy = (path: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(PROJECT, path), join(folder, path), {
      recursive: true,
      filter: each => !/\.(ts|map|tsbuildinfo)$|\/ts3\.7$/.test(each),
    });
  };
  for (const [where, files] of Object.entries(FILES)) for (const file of files) copy(join(where, file));
  const manifest: Record<string, string> = JSON.parse(
    readFileSync(join(PROJECT, BUILDS, 'manifest.json'), 'utf8'),
  );
  const fitting = Object.entries(manifest).filter(([about]) => v.is(build, JSON.parse(about)));
  if (fitting.length !== 2)
    throw new Error(
      `zeromq has ${fitting.length} builds for Linux with glibc, of which the image takes those for x64 and arm64: look at ${BUILDS}/manifest.json`,
    );
  for (const [, path] of fitting) copy(join(BUILDS, path));
  writeFileSync(join(folder, BUILDS, 'manifest.json'), JSON.stringify(Object.fromEntries(fitting)));
}
