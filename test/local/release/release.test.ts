/** `npm run release`, in a repository of the test's own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { carriers, nextVersion } from '../../../local/release/version.ts';
import { Folder } from '../../support/folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COMMAND = join(ROOT, 'local/release/main.ts');
/** What of this repository a release touches. */
const FILES = [...carriers.map(({ file }) => file), 'CHANGELOG.md'];

const CHANGELOG = '# Changelog\n\n## Unreleased\n\n* Something new.\n';

let folder: Folder;
let current: string;

beforeEach(() => {
  folder = new Folder();
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.com');
  git('config', 'core.hooksPath', '/dev/null');
  for (const file of FILES) write(file, readFileSync(join(ROOT, file), 'utf8'));
  write('package.json', text('package.json').replace(/"check": ".*"/, '"check": "exit 0"'));
  current = JSON.parse(text('package.json')).version;
  write('CHANGELOG.md', `${CHANGELOG}\n## 0.0.1\n\n* Something old.\n`);
  commit('A change');
});

afterEach(() => folder[Symbol.dispose]());

function write(file: string, content: string): void {
  mkdirSync(dirname(join(folder.path, file)), { recursive: true });
  writeFileSync(join(folder.path, file), content);
}

const text = (file: string) => readFileSync(join(folder.path, file), 'utf8');

function git(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync('git', args, { cwd: folder.path, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

function release(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    ...{ cwd: folder.path, encoding: 'utf8' },
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}

/** What the repository is at: commits, tags, and what is not committed. */
const state = () => [git('log', '--format=%s'), git('tag'), git('status', '--porcelain')];

test('a release writes its version wherever one stands, closes its section of the changelog, commits and tags', () => {
  const next = nextVersion(current, 'minor');
  expect(release('minor').status).toBe(0);
  expect(state()).toEqual([`Release ${next}\nA change`, `v${next}`, '']);
  expect(git('rev-parse', `v${next}^{commit}`)).toBe(git('rev-parse', 'HEAD'));
  expect(JSON.parse(text('package.json')).version).toBe(next);
  expect(JSON.parse(text('kit/package.json')).version).toBe(next);
  const lock = JSON.parse(text('package-lock.json'));
  expect([lock.version, lock.packages[''].version]).toEqual([next, next]);
  expect(text('runtime/platform/release-names.ts')).toContain(`version = '${next}'`);
  const headings = text('CHANGELOG.md').match(/^## .*/gm);
  expect(headings).toEqual([`## ${next}`, '## 0.0.1']);
  expect(git('show', '--stat', '--format=', 'HEAD').split('\n')).toHaveLength(FILES.length + 1);
});

test('the version that is there already can be released once: it is tagged', () => {
  write('CHANGELOG.md', CHANGELOG.replace('Unreleased', current));
  commit('Tell of it');
  expect(release(current).status).toBe(0);
  expect(state()).toEqual(['Tell of it\nA change', `v${current}`, '']);
  expect(release(current)).toEqual({
    status: 2,
    said: `v${current} is released already: use a later version`,
  });
});

test('--dry-run only looks, and --help explains', () => {
  const before = state();
  expect(release('9.0.0', '--dry-run')).toEqual({
    status: 0,
    said: `v9.0.0 can be released: ${FILES.join(', ')} would say so`,
  });
  expect(release('--help').said).toContain('Usage: npm run release -- VERSION [--dry-run]');
  expect(state()).toEqual(before);
});

test.each<[string, readonly string[], number, string, () => void]>([
  [
    'a dirty tree',
    ['minor'],
    2,
    'new.ts is not committed: commit or undo it first',
    () => write('new.ts', ''),
  ],
  [
    'another branch',
    ['minor'],
    2,
    "this is branch 'other': releases are made of main",
    () => git('switch', '--quiet', '--create', 'other'),
  ],
  [
    'a failing check',
    ['minor'],
    1,
    'nothing is released: npm run check fails',
    () => {
      write('package.json', text('package.json').replace('exit 0', 'exit 1'));
      commit('Break it');
    },
  ],
  [
    'a changelog that says nothing',
    ['9.0.0'],
    2,
    "CHANGELOG.md says nothing of 9.0.0: write under '## Unreleased' what those who deploy must know, as lines that begin with *",
    () => {
      write('CHANGELOG.md', text('CHANGELOG.md').replace('* Something new.\n', ''));
      commit('Say nothing');
    },
  ],
  [
    'a changelog that speaks of it twice',
    ['9.0.0'],
    2,
    "CHANGELOG.md has '## Unreleased' and '## 9.0.0', which is not released: make them one section",
    () => {
      write('CHANGELOG.md', `${CHANGELOG}\n## 9.0.0\n`);
      commit('Say it twice');
    },
  ],
  [
    'a file of another version',
    ['9.0.0'],
    2,
    'kit/package.json says 7.7.7 where it should say',
    () => {
      write('kit/package.json', text('kit/package.json').replace(/"version": ".*"/, '"version": "7.7.7"'));
      commit('Drift');
    },
  ],
  ['an older version', ['0.0.1'], 2, '0.0.1 is older than', () => {}],
  [
    'no version',
    ['newest'],
    2,
    "'newest' is no version: use major, minor, patch, or three numbers",
    () => {},
  ],
  ['nothing', [], 2, 'which release? use major, minor, patch, or one version (--help explains)', () => {}],
  ['an unknown option', ['minor', '--force'], 2, "Unknown option '--force': use --dry-run --help", () => {}],
])('%s is refused, and nothing is changed', (_, args, status, said, prepare) => {
  prepare();
  const before = state();
  const answer = release(...args);
  expect([answer.status, answer.said.includes(said) || answer.said]).toEqual([status, true]);
  expect(state()).toEqual(before);
});

test.each([
  ['0.1.9', 'major', '1.0.0'],
  ['0.1.9', 'minor', '0.2.0'],
  ['0.1.9', 'patch', '0.1.10'],
  ['0.9.0', '0.10.0', '0.10.0'],
])('after %s %s is %s', (before, word, next) => {
  expect(nextVersion(before, word)).toBe(next);
});
