/** Events are counted where they arrive: each once, whatever comes twice or never, and through the rotations of a file. */
import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Arrivals, seqsIn } from '../../bench/arrivals.ts';
import { LineReader } from '../../bench/line-reader.ts';

test('what comes twice, never, or before the beginning is told apart, and waits are those of the sending', () => {
  const arrivals = new Arrivals(seq => 1_000 * seq);
  arrivals.take(1, 9_000);
  arrivals.begin(2);
  for (const [seq, wait] of [
    [2, 5],
    [3, 20],
    [1_000_000, 40],
    [3, 90],
  ] as const)
    arrivals.take(seq, 1_000 * seq + wait);
  expect(arrivals.counts).toEqual({ events: 3, doubled: 1 });
  expect(arrivals.missing(1_000_000)).toBe(999_996);
  expect([0.5, 0.99].map(share => arrivals.within(share))).toEqual([20, 40]);
});

test('lines of a file are read once each, whenever it is moved aside, and what is read is removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'barflow-lines-'));
  const path = join(folder, 'f.ndjson');
  const seqs: number[] = [];
  const reader = new LineReader(folder, 'f.ndjson', lines => seqs.push(...seqsIn(lines)));
  const line = (seq: number) => `{"payload":{"seq":7},"seq":${seq}}\n`;
  appendFileSync(path, line(1) + line(2).slice(0, 10));
  await reader.caughtUp();
  expect(seqs).toEqual([1]);
  appendFileSync(path, line(2).slice(10));
  renameSync(path, join(folder, 'f.20251120T143000Z-000001.ndjson'));
  appendFileSync(path, line(3));
  await reader.caughtUp();
  expect(seqs.toSorted()).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['f.ndjson']);
  await reader.stop();
  rmSync(folder, { recursive: true });
});
