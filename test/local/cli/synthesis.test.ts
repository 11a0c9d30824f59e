/** The stage of a run as a process of its own makes it: what cannot go to that process as it is arrives all the same. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesize } from '../../../local/cli/synthesis.ts';

let outdir: string;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'barflow-synthesis-'));
});
afterAll(() => rm(outdir, { recursive: true }));

test('a feed that is late is late for the ingester and for the monitor, and its bursts are gathered', async () => {
  const feed = {
    market: 'stocks',
    symbols: ['AAPL'],
    apiKeySecret: 'barflow/local/key',
    archive: false,
  } as const;
  await synthesize({ stage: 'local', feeds: [{ ...feed, delaySeconds: 840 }], outdir });
  const folder = join(outdir, 'assembly-local');
  const names = (await readdir(folder)).filter(name => name.endsWith('.template.json'));
  const templates = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
  const late = templates.filter(text =>
    /"FEED_DELAY_SECONDS",\s*"Value": "840"|"FEED_DELAY_SECONDS": "840"/.test(text),
  );
  expect(late).toHaveLength(2);
  expect(late.filter(text => text.includes('AWS::ECS::TaskDefinition'))).toHaveLength(1);
  // Here, where nobody looks once a second, a window gathers what a burst brings in parts.
  expect(templates.filter(text => /"MaximumBatchingWindowInSeconds": 1\b/.test(text)).length).toBe(2);
});
