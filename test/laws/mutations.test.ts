/** The table of mutations keeps up with the code; `npm run mutants` tells whether the laws catch them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { mutated } from './mutate.ts';
import { mutations } from './mutations.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test.each(mutations.map(mutation => ({ name: mutation.name, mutation })))(
  '"$name" changes the code as it is now',
  ({ mutation }) => {
    for (const [file, text] of mutated(mutation, read)) expect(text).not.toBe(read(file));
  },
);

test('a mutation whose text has moved on says so', () => {
  expect(() =>
    mutated({ name: 'gone', edits: [{ file: 'a', find: 'x', replace: 'y' }] }, () => 'x x'),
  ).toThrow("mutation 'gone' no longer applies: 'x' stands 2 times in a instead of once");
});

test('the hunt finds the law that a mutation breaks: a run that fails for another reason would kill every mutation', async () => {
  const hunt = ['test/laws/mutants.ts', '--only', 'the high stays where it opened', '--trials', '50'];
  const { stdout } = await promisify(execFile)(process.execPath, hunt, { cwd: root });
  expect(stdout).toMatch(/^killed .* the high stays where it opened\n {4}LawBroken: law \d: .* has high /);
  expect(stdout).toContain('1 mutants, 1 seeds, 0 survived');
});
