/** The house: imports point one way and never in a circle, files and functions are short, tests stand where their source stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['bin', 'lib', 'runtime', 'kit', 'examples', 'local', 'bench', 'page'];

/** What is known without a clock, a network or AWS. */
const PURE = ['runtime/markets', 'runtime/records', 'runtime/records/fast', 'runtime/fold'];
/** What every unit builds on. */
const VENDOR = ['runtime/vendor', ...['channels', 'socket', 'rest'].map(room => `runtime/vendor/${room}`)];
const SHARED = [...PURE, 'kit', 'runtime/platform', ...VENDOR, 'runtime/tables'];
const RUNTIME = [
  ...SHARED,
  'runtime/ingester',
  'runtime/rollup',
  'runtime/monitor',
  'runtime/reconcile',
  'runtime/api',
];
const TOOLS = [
  ...['command-line', 'console', 'flat-files', 'engine', 'alarms', 'page-server'].map(
    room => `local/${room}`,
  ),
];

/** Every room of the house, and the rooms that it may import from; what stands in a folder of its own below a room belongs to it, unless it is a room itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  bin: ['lib', 'lib/settings'],
  lib: [
    'lib/settings',
    'lib/storage',
    'lib/pipeline',
    'lib/serving',
    'lib/monitoring',
    'runtime/markets',
    'runtime/records',
  ],
  'lib/settings': ['runtime/markets', 'runtime/records'],
  'lib/storage': ['lib/settings', 'runtime/markets', 'runtime/records'],
  'lib/pipeline': ['lib/settings', 'lib/storage', 'runtime/markets', 'runtime/records'],
  'lib/serving': [
    'lib/settings',
    'lib/storage',
    'lib/pipeline',
    'kit/cdk',
    'runtime/markets',
    'runtime/records',
  ],
  'lib/monitoring': [
    'lib/settings',
    'lib/storage',
    'lib/pipeline',
    'lib/serving',
    'runtime/markets',
    'runtime/records',
  ],
  'runtime/markets': [],
  'runtime/records': ['runtime/markets'],
  'runtime/records/fast': ['runtime/records', 'runtime/markets'],
  'runtime/fold': ['runtime/records', 'runtime/markets'],
  kit: ['kit/schemas', 'runtime/records', 'runtime/markets'],
  examples: [],
  'kit/api': ['kit', 'runtime/fold', 'runtime/records', 'runtime/markets'],
  'kit/stream': ['kit', 'runtime/records', 'runtime/markets'],
  'kit/cdk': ['kit', 'runtime/records', 'runtime/markets'],
  'kit/schemas': ['runtime/records', 'runtime/markets'],
  'runtime/platform': ['runtime/records', 'runtime/markets'],
  'runtime/vendor': [...PURE, 'runtime/platform'],
  'runtime/vendor/channels': [...PURE, 'runtime/platform', 'runtime/vendor'],
  'runtime/vendor/socket': [...PURE, 'runtime/platform', 'runtime/vendor', 'runtime/vendor/channels'],
  'runtime/vendor/rest': [...PURE, 'runtime/platform', 'runtime/vendor'],
  'runtime/tables': [...PURE, 'runtime/platform'],
  'runtime/rollup': SHARED,
  'runtime/bar-store': SHARED,
  'runtime/monitor': SHARED,
  'runtime/reconcile': SHARED,
  'runtime/calendar-check': SHARED,
  'runtime/archive': SHARED,
  'runtime/latest': SHARED,
  'runtime/api': SHARED,
  'runtime/universe': SHARED,
  'runtime/ingester/lease': SHARED,
  'runtime/ingester/symbols': SHARED,
  'runtime/ingester/sinks': SHARED,
  'runtime/ingester/sessions': SHARED,
  'runtime/ingester/channels': [
    ...SHARED,
    ...['symbols', 'sinks', 'sessions'].map(room => `runtime/ingester/${room}`),
  ],
  'runtime/ingester/status': [
    ...SHARED,
    ...['lease', 'symbols', 'sinks', 'sessions', 'channels'].map(room => `runtime/ingester/${room}`),
  ],
  'runtime/ingester': [
    ...SHARED,
    ...['lease', 'symbols', 'sinks', 'sessions', 'channels', 'status'].map(
      room => `runtime/ingester/${room}`,
    ),
  ],
  'local/command-line': [...PURE, 'runtime/platform', 'runtime/vendor'],
  'local/console': ['local/command-line', 'local/loopback', ...PURE, 'runtime/platform'],
  'local/flat-files': ['local/command-line', 'local/console', ...PURE, 'runtime/platform', 'runtime/vendor'],
  'local/simulator': [
    'local/flat-files',
    ...PURE,
    'runtime/platform',
    'runtime/vendor',
    'runtime/vendor/channels',
  ],
  'local/loopback': [],
  'local/research': [
    ...[
      'local/command-line',
      'local/console',
      'local/operate',
      'local/page-server',
      'kit',
      'kit/api',
      'kit/stream',
      'runtime/archive',
    ],
    ...PURE,
  ],
  'local/page-server': [],
  'local/engine': ['local/loopback', 'lib', 'runtime/platform', 'runtime/markets'],
  'local/alarms': ['local/engine', 'runtime/platform', 'runtime/markets'],
  'local/operate': [...TOOLS, 'kit', 'kit/stream', 'lib', 'lib/settings', 'lib/monitoring', ...RUNTIME],
  'local/deploy': ['local/command-line', 'local/operate', 'lib', 'lib/settings', 'runtime/platform'],
  'local/release': ['local/command-line', 'local/operate', 'lib/pipeline'],
  'local/cost': [
    'local/command-line',
    'local/engine',
    'lib',
    'lib/settings',
    'lib/monitoring',
    ...PURE,
    'runtime/platform',
  ],
  'local/cli': [...TOOLS, 'local/simulator', 'local/operate', 'lib', 'lib/settings', ...RUNTIME],
  page: ['page/live', 'page/view', 'page/chart', 'page/api', 'page/model'],
  'page/view': ['page/live', 'page/chart', 'page/api', 'page/model'],
  'page/live': ['page/api', 'page/model'],
  'page/chart': ['page/api', 'page/model'],
  'page/api': [],
  'page/model': ['page/api'],
};

/** What unit and infrastructure agree on: names of variables, of choices and of metrics, and the settings of a feed. */
const NAMES = /^runtime\/[\w-]+\/(?:(?:[\w-]+-)?names|settings?)\.ts$/;
/** What settings are refused by: the vendor's table of channels, and the form of patterns. Both are words alone, and nothing runs there. */
const REFUSING = ['runtime/vendor/channels/table.ts', 'runtime/ingester/sinks/passed-on/selection.ts'];
/** What the page, which runs in a browser, may know of the runtime: names and types, and nothing that runs there. */
const KNOWN_TO_PAGE = /^runtime\/[\w-]+\/(?:(?:[\w-]+-)?names|timeframe)\.ts$/;
/** What the API hands out as it is. */
const DOCUMENT = /^docs\/.*\.json$/;
/** What others may know of the page: how it is made. */
const PAGE_DOOR = 'page/build.ts';

/** The innermost room that a file stands in. @throws Error for a file that stands in none */
function roomOf(path: string): string {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder))
    if (folder in ROOMS || folder === 'bench') return folder;
  throw new Error(`${path} stands in no room: give its folder a line in ROOMS`);
}

function mayImport(importer: string, imported: string): boolean {
  const from = roomOf(importer);
  const top = importer.split('/')[0];
  if (imported === PAGE_DOOR && from !== 'page') return top === 'local' || top === 'bench';
  if (DOCUMENT.test(imported)) return from === 'runtime/api';
  if (top === 'lib' && (NAMES.test(imported) || REFUSING.includes(imported))) return true;
  if (top === 'page' && KNOWN_TO_PAGE.test(imported)) return true;
  if (top === 'bench') return !/^(?:test|page)\//.test(imported);
  if (/^test\//.test(imported)) return false;
  const to = roomOf(imported);
  return from === to || ROOMS[from]?.includes(to) === true;
}

const trees = new Map<string, unknown>();

/** The tree of a source; each is read once. */
function parsed(source: string): unknown {
  const known = trees.get(source) ?? parseSync(source, { syntax: 'typescript', target: 'es2024' });
  trees.set(source, known);
  return known;
}

/** What the parser calls functions of every kind; what has a body of its own inside, such as a getter, is one. */
const FUNCTION =
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|Constructor|ClassMethod|PrivateMethod|MethodProperty|GetterProperty|SetterProperty)$/;

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
  visit(parsed(source));
  return found;
}

function isImport(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'Import';
}

function literal(node: unknown): string[] {
  const isText = typeof node === 'object' && node !== null && 'type' in node && node.type === 'StringLiteral';
  return isText && 'value' in node && typeof node.value === 'string' ? [node.value] : [];
}

/** Where each function begins, and how long it is; the oldest first. */
function functionsOf(source: string): { line: number; lines: number }[] {
  const bytes = Buffer.from(source);
  const linesIn = (from: number, to: number) => bytes.subarray(from, to).toString().split('\n').length;
  const found: { line: number; lines: number }[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, span } = Object(node);
    // Offsets are of bytes and begin with 1.
    if (FUNCTION.test(type) && span)
      found.push({ line: linesIn(0, span.start - 1), lines: linesIn(span.start - 1, span.end - 1) });
    Object.values(node).forEach(visit);
  };
  visit(parsed(source));
  return found;
}

/** The project's own files that a source imports. */
function targetsOf(path: string, source: string): string[] {
  return importsOf(source)
    .filter(name => name.startsWith('.'))
    .map(name => posix.join(posix.dirname(path), name));
}

/** The same imports between folders. */
function folded(files: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const [path, targets] of files) {
    const folder = posix.dirname(path);
    const others = targets.map(target => posix.dirname(target)).filter(other => other !== folder);
    folders.set(folder, [...new Set([...(folders.get(folder) ?? []), ...others])]);
  }
  return folders;
}

/** Those that can be reached from themselves, with what they import of each other: `a -> b, c`. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Map([...imports.keys()].map(start => [start, reachedFrom(start, imports)]));
  return [...imports]
    .filter(([path]) => reached.get(path)?.has(path))
    .map(([path, targets]) => {
      const back = targets.filter(target => target === path || reached.get(target)?.has(path));
      return `${path} -> ${back.join(', ')}`;
    })
    .sort();
}

function reachedFrom(start: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...(imports.get(start) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...(imports.get(next) ?? []));
  }
  return reached;
}

/** `importer -> imported` for every import that points the wrong way. Paths are from the project's folder. */
function violations(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([path, source]) =>
    targetsOf(path, source)
      .filter(imported => !mayImport(path, imported))
      .map(imported => `${path} -> ${imported}`),
  );
}

function modulesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map(file => posix.join(folder, file.replaceAll('\\', '/')))
    .filter(path => path.endsWith('.ts') && !path.startsWith('kit/dist/'));
}

const sources = new Map(
  FOLDERS.flatMap(modulesIn).map(path => [path, readFileSync(join(ROOT, path), 'utf8')]),
);

describe('imports', () => {
  test('point one way', () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(violations(sources)).toEqual([]);
  });

  test('make no circle, neither of files nor of folders', () => {
    const files = new Map([...sources].map(([path, source]) => [path, targetsOf(path, source)]));
    expect([...circlesOf(files), ...circlesOf(folded(files))]).toEqual([]);
  });

  test.each([
    ['bin/app.ts', "import { x } from '../runtime/records/bar.ts';", 'runtime/records/bar.ts'],
    ['lib/a/b.ts', "import type { Fold } from '../../runtime/fold/fold.ts';", 'runtime/fold/fold.ts'],
    ['lib/settings/a.ts', "import '../monitoring/b.ts';", 'lib/monitoring/b.ts'],
    ['lib/a.ts', "export * from '../local/cli/main.ts';", 'local/cli/main.ts'],
    ['runtime/rollup/a.ts', "export { b } from '../ingester/b.ts';", 'runtime/ingester/b.ts'],
    ['runtime/rollup/a.ts', "const b = await import('../../lib/b.ts');", 'lib/b.ts'],
    ['runtime/rollup/a.ts', "let b: import('../ingester/names.ts').B;", 'runtime/ingester/names.ts'],
    ['runtime/platform/a.ts', "import '../rollup/b.ts';", 'runtime/rollup/b.ts'],
    ['runtime/fold/a.ts', "import { b } from '../platform/b.ts';", 'runtime/platform/b.ts'],
    ['local/cli/a.ts', "import { b } from '../../test/support/b.ts';", 'test/support/b.ts'],
    ['page/a/b.ts', "import type { Bar } from '../../runtime/records/bar.ts';", 'runtime/records/bar.ts'],
    ['page/build.ts', "import { b } from '../local/cli/b.ts';", 'local/cli/b.ts'],
    ['local/cli/a.ts', "import { Desk } from '../../page/desk.ts';", 'page/desk.ts'],
    ['lib/a.ts', "import { buildPage } from '../page/build.ts';", 'page/build.ts'],
  ])('that point the wrong way are found in %s: %s', (path, source, imported) => {
    expect(violations(new Map([[path, source]]))).toEqual([`${path} -> ${imported}`]);
  });

  test.each([
    ['bin/app.ts', "import { x } from '../lib/x.ts';"],
    ['lib/a/b.ts', "import { rollupEnv } from '../../runtime/rollup/names.ts'; import 'aws-cdk-lib/core';"],
    ['lib/a/b.ts', "import { toldSettings } from '../../runtime/platform/settings.ts';"],
    ['runtime/rollup/a.ts', "import '../platform/b.ts'; import '../fold/c.ts'; import './d.ts';"],
    [
      'page/api/a.ts',
      "import '../../runtime/markets/timeframe.ts'; import '../../runtime/markets/names.ts';",
    ],
    ['bench/a.ts', "import { buildPage } from '../page/build.ts';"],
    ['local/cli/a.ts', "import '../../lib/b.ts'; import '../../runtime/ingester/c.ts';"],
  ])('that point the right way are left alone in %s: %s', (path, source) => {
    expect(violations(new Map([[path, source]]))).toEqual([]);
  });
});

test('the CDK’s core is imported from where it is: the index of it and of every service is long to read; examples are as its users know it', () => {
  const tests = modulesIn('test').map(path => [path, readFileSync(join(ROOT, path), 'utf8')] as const);
  const whole = [...sources, ...tests].filter(
    ([path, source]) => !path.startsWith('examples/') && /^import .* from 'aws-cdk-lib';$/m.test(source),
  );
  expect(whole.map(([path]) => path)).toEqual([]);
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

test('nobody but the tables room reads or writes an item of a table, or spells its key', () => {
  const spelled = /\b(?:\w*Item|Query|Scan|TransactWriteItems)Command\b|\b[ps]k\b/;
  const others = [...sources].filter(
    ([path, source]) => !/^(?:runtime\/tables|bench|examples)\//.test(path) && spelled.test(source),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});

describe('sizes', () => {
  test('no source file is longer than 250 lines', () => {
    const long = [...sources].filter(([, source]) => source.trimEnd().split('\n').length > 250);
    expect(long.map(([path]) => path)).toEqual([]);
  });

  test('every function has less than 60 lines', () => {
    const long = [...sources].flatMap(([path, source]) =>
      functionsOf(source)
        .filter(({ lines }) => lines >= 60)
        .map(({ line, lines }) => `${path}:${line} has ${lines} lines`),
    );
    expect(long).toEqual([]);
  });

  test('of functions are counted whatever their kind, with what stands in them', () => {
    const source = `// Not counted: é
const a = () => {
  b();
};
class C {
  static #d = 1;
  constructor() {}
  get e() {
    return function () {
    };
  }
}
`;
    expect(functionsOf(source)).toEqual([
      { line: 2, lines: 3 },
      { line: 7, lines: 1 },
      { line: 8, lines: 4 },
      { line: 9, lines: 2 },
    ]);
  });
});

const AREAS = ['runtime', 'lib', 'local', 'kit', 'page'];

/**
 * The tests that stand elsewhere than what they are about: one that is named like a source file of its area stands where that
 * does or above it, any other is about a whole room, in whose place it stands.
 */
function misplaced(tests: readonly string[], files: readonly string[]): string[] {
  const known = new Set(files);
  const rooms = new Set(files.flatMap(path => [path.split('/')[0] ?? '', posix.dirname(path)]));
  return tests.filter(path => {
    const mirrored = path.replace(/^test\//, '').replace(/\.test\.ts$/, '.ts');
    if (known.has(mirrored)) return false;
    const [area = ''] = mirrored.split('/');
    const name = posix.basename(mirrored);
    const namesakes = files.filter(file => file.startsWith(`${area}/`) && posix.basename(file) === name);
    const room = posix.dirname(mirrored);
    return !rooms.has(room) || (namesakes.length > 0 && !namesakes.some(file => file.startsWith(`${room}/`)));
  });
}

describe('tests', () => {
  test('stand where their source stands', () => {
    const tests = AREAS.flatMap(area => modulesIn(`test/${area}`)).filter(path => path.endsWith('.test.ts'));
    expect(tests.length).toBeGreaterThan(100);
    expect(misplaced(tests, [...sources.keys()])).toEqual([]);
  });

  test('that stand elsewhere are found', () => {
    const files = ['local/cli/a.ts', 'local/console/b.ts', 'runtime/c.ts'];
    const right = ['test/local/cli/a.test.ts', 'test/local/cli/whole.test.ts', 'test/local/c.test.ts'];
    const wrong = ['test/local/cli/b.test.ts', 'test/local/gone/whole.test.ts'];
    expect(misplaced([...right, ...wrong], files)).toEqual(wrong);
  });
});
