/** What suites have in common and what not, seen in a run of two suites in one process. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');
mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'suites-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Notes what it finds of the suite before it, and leaves a trace everywhere. */
const SUITE = `
import { appendFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Construct } from 'constructs';
import { object } from 'valibot';
import { own } from './own.ts';

test('leaves traces', () => {
  const places = [globalThis, process.env, own, Construct, object];
  const found = places.map(place => (Reflect.has(place, 'trace') ? 'a trace' : 'none'));
  appendFileSync(new URL('./found', import.meta.url), found.join() + '\\n');
  for (const place of places) Reflect.set(place, 'trace', 'left');
  expect(new Error('made here')).toBeInstanceOf(Error);
  expect([structuredClone([1]), new Uint8Array(1)]).toEqual([[1], Buffer.alloc(1)]);
});
`;

test('a suite finds globals, variables and the project’s modules as new, and packages as the one before it has left them', async () => {
  writeFileSync(join(folder, 'own.ts'), 'export const own = {};\n');
  for (const suite of ['one', 'other']) writeFileSync(join(folder, `${suite}.test.ts`), SUITE);
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const args = [...flags, jest, '--runInBand', '--roots', folder];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  expect(readFileSync(join(folder, 'found'), 'utf8')).toBe(
    'none,none,none,none,none\nnone,none,none,a trace,a trace\n',
  );
});
