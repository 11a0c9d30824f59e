/** Holds a process to a share of one processor, as its container does, by whatever means this machine has. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the ingester's task has unless an environment says otherwise: 256 CPU units. */
export const SHARE = 0.25;

/** Microseconds; the kernel's own default, and that of containers. */
const PERIOD = 100_000;

/** Where cgroups of either version are, and what sets their quota. */
const CGROUPS = [
  {
    name: 'cgroup v1',
    root: '/sys/fs/cgroup/cpu',
    quota: (us: number) => ({ 'cpu.cfs_period_us': `${PERIOD}`, 'cpu.cfs_quota_us': `${us}` }),
  },
  { name: 'cgroup v2', root: '/sys/fs/cgroup', quota: (us: number) => ({ 'cpu.max': `${us} ${PERIOD}` }) },
] as const;

export interface CpuLimit {
  /** What holds it, for a person to read. */
  readonly means: string;
  /** Lets the process, which must still run, have all it wants. */
  release(): void;
}

/** Holds the process to that share of a processor. @returns undefined when this machine has no means, or no rights, to do so */
export function limitCpu(pid: number, share: number): CpuLimit | undefined {
  return byCgroup(pid, share) ?? byCpulimit(pid, share);
}

function byCgroup(pid: number, share: number): CpuLimit | undefined {
  for (const { name, root, quota } of CGROUPS) {
    const folder = join(root, `barflow-bench-${pid}`);
    try {
      mkdirSync(folder);
    } catch {
      continue; // There are none of this version, or only for others.
    }
    try {
      for (const [file, value] of Object.entries(quota(share * PERIOD)))
        writeFileSync(join(folder, file), value);
      writeFileSync(join(folder, 'cgroup.procs'), `${pid}`);
      return {
        means: name,
        release: () => {
          writeFileSync(join(root, 'cgroup.procs'), `${pid}`);
          rmdirSync(folder);
        },
      };
    } catch {
      rmdirSync(folder);
    }
  }
  return undefined;
}

function byCpulimit(pid: number, share: number): CpuLimit | undefined {
  if (spawnSync('cpulimit', ['--version']).error) return undefined;
  const limiter: ChildProcess = spawn('cpulimit', ['-p', `${pid}`, '-l', `${share * 100}`, '-z'], {
    stdio: 'ignore',
  });
  return { means: 'cpulimit', release: () => limiter.kill() };
}
