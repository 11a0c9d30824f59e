/** That nothing is skipped silently, nor for the lack of what `.ci/run` installs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { skipped, skippedAnywhere, suitesWhere } from './skipped.ts';

const ROOT = join(import.meta.dirname, '../..');
const before = process.env['NO_SKIPS'];
const told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);

beforeEach(() => {
  told.mockClear();
  delete process.env['NO_SKIPS'];
});

afterEach(() => {
  if (before === undefined) delete process.env['NO_SKIPS'];
  else process.env['NO_SKIPS'] = before;
});

describe('what this machine lacks', () => {
  test('is said, and skips what needs it', () => {
    expect(suitesWhere(false, 'no server is installed')).toEqual({
      describe: describe.skip,
      test: test.skip,
    });
    expect(told.mock.calls).toEqual([['SKIPPED: no server is installed\n']]);
  });

  test('is a failure where nothing may be skipped, but for what cannot be installed everywhere', () => {
    process.env['NO_SKIPS'] = 'true';
    expect(() => skipped('no server is installed')).toThrow(/^no server is installed: install it, or unset/);
    expect(() => suitesWhere(false, 'no server is installed')).toThrow('no server is installed');
    expect(told).not.toHaveBeenCalled();
    skippedAnywhere('there are no real data');
    expect(told.mock.calls).toEqual([['SKIPPED: there are no real data\n']]);
  });
});

test('what is there is tried, without a word', () => {
  expect(suitesWhere(true, 'no server is installed')).toEqual({ describe, test });
  expect(told).not.toHaveBeenCalled();
});

test('it is what decides: no test skips by itself, and nothing may be missing where a change is judged', () => {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !path.startsWith('support/skipped'))
    .map(path => [path, readFileSync(join(ROOT, 'test', path), 'utf8')] as const);
  const itself =
    /\b(?:describe|test|it)\.(?:skip|todo)\b|\bx(?:describe|test|it)\(|console\.\w+\(\s*['"`]skipped|SKIPPED/;
  expect(files.filter(([, text]) => itself.test(text)).map(([path]) => path)).toEqual([]);
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^export NO_SKIPS=true$/m);
});
