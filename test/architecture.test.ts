/** Imports point one way: what is deployed knows nothing of how, and units know nothing of each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['bin', 'lib', 'runtime', 'local', 'bench', 'page'];

/** Folders under `runtime` that every unit may build on; each of the others is a unit. */
const SHARED = ['runtime/bars', 'runtime/platform'];
/** What unit and infrastructure agree on: names of variables, of choices and of metrics, and the settings of a feed. */
const NAMES = /^runtime\/[\w-]+\/(?:(?:[\w-]+-)?names|feed-settings)\.ts$/;

/** What the page, which runs in a browser, may know of the runtime: names and types, and nothing that runs there. */
const KNOWN_TO_PAGE = /^runtime\/[\w-]+\/(?:(?:[\w-]+-)?names|timeframe)\.ts$/;
/** What others may know of the page: how it is made. */
const PAGE_DOOR = 'page/build.ts';

/** `lib`, `local` or, below `runtime`, the unit: `runtime/rollup`. */
function layerOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('runtime/') ? 2 : 1)
    .join('/');
}

function mayImport(importer: string, imported: string): boolean {
  const from = layerOf(importer);
  const to = layerOf(imported);
  if (from === to) return true;
  if (from === 'bin') return to === 'lib';
  if (from === 'lib') return NAMES.test(imported);
  if (from === 'page') return KNOWN_TO_PAGE.test(imported);
  if (to === 'page') return ['local', 'bench'].includes(from) && imported === PAGE_DOOR;
  if (from === 'local') return to === 'lib' || to.startsWith('runtime/');
  if (from === 'bench') return ['lib', 'local'].includes(to) || to.startsWith('runtime/');
  if (from === 'runtime/bars') return false;
  if (from === 'runtime/platform') return to === 'runtime/bars';
  return SHARED.includes(to);
}

/** Every module that the source names, however it imports it. */
function importsOf(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('source' in node) found.push(...literal(node.source));
    if ('type' in node && node.type === 'TsImportType' && 'argument' in node)
      found.push(...literal(node.argument));
    if ('callee' in node && 'arguments' in node && isImport(node.callee) && Array.isArray(node.arguments))
      found.push(...node.arguments.slice(0, 1).flatMap(argument => literal(argument.expression)));
    Object.values(node).forEach(visit);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }));
  return found;
}

function isImport(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'Import';
}

function literal(node: unknown): string[] {
  const isText = typeof node === 'object' && node !== null && 'type' in node && node.type === 'StringLiteral';
  return isText && 'value' in node && typeof node.value === 'string' ? [node.value] : [];
}

/** `importer -> imported` for every import that points the wrong way. Paths are from the project's folder. */
function violations(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([path, source]) =>
    importsOf(source)
      .filter(name => name.startsWith('.'))
      .map(name => posix.join(posix.dirname(path), name))
      .filter(imported => !mayImport(path, imported))
      .map(imported => `${path} -> ${imported}`),
  );
}

const sources = new Map(
  FOLDERS.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map(file => posix.join(folder, file.replaceAll('\\', '/')))
      .filter(path => path.endsWith('.ts'))
      .map(path => [path, readFileSync(join(ROOT, path), 'utf8')] as const),
  ),
);

describe('imports', () => {
  test('point one way', () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(violations(sources)).toEqual([]);
  });

  test.each([
    ['bin/app.ts', "import { x } from '../runtime/bars/bar.ts';", 'runtime/bars/bar.ts'],
    ['lib/a/b.ts', "import type { Bar } from '../../runtime/bars/bar.ts';", 'runtime/bars/bar.ts'],
    ['lib/a.ts', "export * from '../local/main.ts';", 'local/main.ts'],
    ['runtime/rollup/a.ts', "export { b } from '../ingester/b.ts';", 'runtime/ingester/b.ts'],
    ['runtime/rollup/a.ts', "const b = await import('../../lib/b.ts');", 'lib/b.ts'],
    ['runtime/rollup/a.ts', "let b: import('../ingester/names.ts').B;", 'runtime/ingester/names.ts'],
    ['runtime/platform/a.ts', "import '../rollup/b.ts';", 'runtime/rollup/b.ts'],
    ['runtime/bars/a.ts', "import { b } from '../platform/b.ts';", 'runtime/platform/b.ts'],
    ['local/a.ts', "import { b } from '../test/support/b.ts';", 'test/support/b.ts'],
    ['page/a/b.ts', "import type { Bar } from '../../runtime/bars/bar.ts';", 'runtime/bars/bar.ts'],
    ['page/build.ts', "import { b } from '../local/b.ts';", 'local/b.ts'],
    ['local/a.ts', "import { Desk } from '../page/desk.ts';", 'page/desk.ts'],
    ['lib/a.ts', "import { buildPage } from '../page/build.ts';", 'page/build.ts'],
  ])('that point the wrong way are found in %s: %s', (path, source, imported) => {
    expect(violations(new Map([[path, source]]))).toEqual([`${path} -> ${imported}`]);
  });

  test.each([
    ['bin/app.ts', "import { x } from '../lib/x.ts';"],
    ['lib/a/b.ts', "import { rollupEnv } from '../../runtime/rollup/names.ts'; import 'aws-cdk-lib';"],
    ['lib/a/b.ts', "import { feedSettings } from '../../runtime/platform/feed-settings.ts';"],
    ['runtime/rollup/a.ts', "import '../platform/b.ts'; import '../bars/c.ts'; import './d.ts';"],
    ['page/api/a.ts', "import '../../runtime/bars/timeframe.ts'; import '../../runtime/bars/names.ts';"],
    ['bench/a.ts', "import { buildPage } from '../page/build.ts';"],
    ['local/engine/a.ts', "import '../../lib/b.ts'; import '../../runtime/ingester/c.ts';"],
  ])('that point the right way are left alone in %s: %s', (path, source) => {
    expect(violations(new Map([[path, source]]))).toEqual([]);
  });
});

test('nothing in lib looks at the machine’s environment', () => {
  const readers = [...sources].filter(
    ([path, source]) => path.startsWith('lib/') && source.includes('process.env'),
  );
  expect(readers.map(([path]) => path)).toEqual([]);
});

test('what an operator’s command says passes the one door that lets nothing move the cursor', () => {
  const others = [...sources].filter(
    ([path, source]) => path.startsWith('local/operate/') && /console\.|process\.std/.test(source),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});
