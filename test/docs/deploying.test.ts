/** The environment that the documentation adds, added. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { synthesized } from '../lib/synthesized.ts';

const ROOT = join(import.meta.dirname, '../..');
mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'environment-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the documented third environment takes ten lines or so and breaks no rule', async () => {
  const text = readFileSync(join(ROOT, 'docs/deploying.md'), 'utf8');
  const [, example = ''] = /```ts environment\n([\s\S]*?)```/.exec(text) ?? [];
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(11);
  const file = join(folder, 'environments.ts');
  writeFileSync(
    file,
    `import { Duration } from 'aws-cdk-lib';\nexport const environments = {\n${example}};\n`,
  );
  const { environments } = await import(file);
  const { findings, stacks, storage } = synthesized(environments.staging, 'staging');
  expect(findings).toEqual([]);
  expect(Object.keys(stacks)).toEqual([
    'barflow-staging-Storage',
    'barflow-staging-Pipeline',
    'barflow-staging-Monitoring',
  ]);
  storage.resourceCountIs('AWS::Kinesis::Stream', 4);
});
