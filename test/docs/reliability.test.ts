/** Holds the table of faults to the tests that prove it: each named test exists, and each fault test is in the table. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = 'test/faults';
const TITLE = /(?:\btest\(|\]\)\(|\] as const\)\()\s*'([^']+)'/g;

/** `socket.test.ts: goes mute ...` for every test of a fault. */
const tests = readdirSync(join(ROOT, FOLDER))
  .filter(file => file.endsWith('.test.ts'))
  .flatMap(file =>
    [...readFileSync(join(ROOT, FOLDER, file), 'utf8').matchAll(TITLE)].map(
      ([, title]) => `${file}: ${title}`,
    ),
  );

test('every fault test is in the table of faults, and every test in the table exists', () => {
  const page = readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8');
  const named = [...page.matchAll(/`([\w-]+\.test\.ts: [^`]+)`/g)].map(([, name]) => name);
  expect(tests.length).toBeGreaterThan(25);
  expect(named.toSorted()).toEqual(tests.toSorted());
});
