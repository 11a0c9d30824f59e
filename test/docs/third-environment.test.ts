/** The environments that the documentation adds, added. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { testProperties } from '../lib/environment-properties.ts';

const ROOT = join(import.meta.dirname, '../..');
mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'environment-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The lines that a document would have its reader add to `environments.ts`. */
function exampleIn(document: string): string {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const [, example] = /```ts(?: environment)?\n(\s*staging: \{\n[\s\S]*?)```/.exec(text) ?? [];
  if (example === undefined) throw new Error(`${document} adds no environment 'staging'`);
  return example;
}

const readme = exampleIn('README.md');
const longer = exampleIn('docs/deploying.md');

/** Named apart, with an account, and kept: what else a reader may make of it. */
const placed = longer
  .replace('staging: {', `staging-kept: {\n    account: '${'1'.repeat(12)}',`)
  .replace('staging-kept', "'staging-kept'")
  .replace("removal: 'destroy'", "removal: 'retain'")
  .replace(/^ *tags: .*\n/m, '');

async function added(name: string, ...examples: readonly string[]) {
  const file = join(folder, `${name}.ts`);
  const imports = "import { Duration } from 'aws-cdk-lib/core';";
  writeFileSync(file, `${imports}\nexport const environments = {\n${examples.join('')}};\n`);
  const { environments } = await import(file);
  return environments;
}

testProperties(await added('readme', readme));
testProperties(await added('deploying', longer, placed));

test.each([
  { document: 'README.md', example: readme },
  { document: 'docs/deploying.md', example: longer },
])('$document needs ten lines or so for it', ({ example }) => {
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(11);
});

test('what a reader may make of it differs where it should', () => {
  expect(placed).toContain("account: '111111111111',");
  expect(placed).toContain("removal: 'retain'");
  expect(placed).not.toContain('tags');
});
