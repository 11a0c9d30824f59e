/** A share of a processor is what the kernel holds a process to, or nobody says so. */
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { byCgroup } from '../../bench/cpu-limit.ts';

test.each([
  ['v1', { 'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': '25000' }],
  ['v2', { 'cpu.max': '25000 100000' }],
])(
  'a plain folder where cgroups %s would be limits nothing, which is said, and nothing is left in it',
  (name, quota) => {
    const root = mkdtempSync(join(tmpdir(), 'barflow-cgroup-'));
    expect(byCgroup({ name, root, quota: () => quota }, process.pid, 0.25)).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
    rmdirSync(root);
  },
);
