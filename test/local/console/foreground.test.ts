/** Who is in front of a terminal, as the system tells it. */
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { isInFrontByPs, isInFrontByStat } from '../../../local/console/foreground.ts';
import { suitesWhere } from '../../support/skipped.ts';

test.each([
  ['Linux, in front', isInFrontByStat('12 (node) R 11 900 800 34816 900 4194304 0'), true],
  ['Linux, behind, under a strange name', isInFrontByStat('12 (a) R 1 1) S 11 900 800 34816 800 4 0'), false],
  ['ps, in front', isInFrontByPs('  900   900\n'), true],
  ['ps, behind', isInFrontByPs('  900   800\n'), false],
  ['ps, without a terminal', isInFrontByPs('  900    -1\n'), false],
  ['a system that does not tell', isInFrontByPs(''), true],
])('as told by %s', (_, isInFront, expected) => {
  expect(isInFront).toBe(expected);
});

const module = JSON.stringify(new URL('../../../local/console/foreground.ts', import.meta.url).href);
const hasTerminals = spawnSync('script', ['--version']).status === 0;
const { test: testWithTerminals } = suitesWhere(
  hasTerminals,
  'there is no `script` here, which opens terminals',
);

testWithTerminals.each([
  ['in front', '', 'it is true'],
  ['behind', '& wait', 'it is false'],
])('a process that a shell with job control starts %s of it knows that', (_, how, expected) => {
  const program = `const { isInForeground } = await import(${module}); console.log('it is ' + isInForeground());`;
  const shell = `bash -mc 'node --input-type=module -e "$PROGRAM" ${how}'`;
  const { stdout } = spawnSync('script', ['-qec', shell, '/dev/null'], {
    ...{ env: { ...process.env, PROGRAM: program }, encoding: 'utf8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(stdout).toContain(expected);
});
