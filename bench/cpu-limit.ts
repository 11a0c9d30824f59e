/** Holds a process to a share of one processor, as its container does, by whatever means this machine has. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figures, type Row } from './harness.ts';

/** What the ingester's task has unless an environment says otherwise: 256 CPU units. */
export const SHARE = 0.25;

/** Microseconds; the kernel's own default, and that of containers. */
const PERIOD = 100_000;
const MEMBERS = 'cgroup.procs';

/** A place of cgroups, and what sets a quota in each of them, which nobody else on the machine gets: a task in AWS has its own. */
export interface Cgroups {
  readonly name: string;
  readonly root: string;
  readonly quota: (us: number) => Readonly<Record<string, string>>;
}

/** Where those of either version are. */
const CGROUPS: readonly Cgroups[] = [
  {
    name: 'cgroup v1',
    root: '/sys/fs/cgroup/cpu',
    quota: us => ({
      ...{ 'cpu.cfs_period_us': `${PERIOD}`, 'cpu.cfs_quota_us': `${us}` },
      'cpu.shares': '262144',
    }),
  },
  {
    name: 'cgroup v2',
    root: '/sys/fs/cgroup',
    quota: us => ({ 'cpu.max': `${us} ${PERIOD}`, 'cpu.weight': '10000' }),
  },
];

export interface CpuLimit {
  /** What holds it, for a person to read. */
  readonly means: string;
  /** Lets the process, which must still run, have all it wants. */
  release(): void;
}

/** Nothing holds a process here. */
export class NoCpuLimit extends Error {
  override readonly name = 'NoCpuLimit';
}

/** Holds the process to that share of a processor. @throws NoCpuLimit when this machine has no means, or no rights, to do so */
export function limitCpu(pid: number, share: number): CpuLimit {
  for (const cgroups of CGROUPS) {
    const limit = byCgroup(cgroups, pid, share);
    if (limit) return limit;
  }
  const limit = byCpulimit(pid, share);
  if (limit) return limit;
  throw new NoCpuLimit(`${share} of a processor: neither cgroups nor cpulimit hold a process here`);
}

/** What was measured; where nothing holds the process, a row that says so: figures of one that is free would be of something else. */
export async function heldOrNot(what: string, measure: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await measure();
  } catch (error) {
    if (!(error instanceof NoCpuLimit)) throw error;
    return [{ what: `${what}: not measured, ${error.message}`, unit: '', ...figures([Number.NaN]) }];
  }
}

/** @returns undefined where they are none, or only for others */
export function byCgroup({ name, root, quota }: Cgroups, pid: number, share: number): CpuLimit | undefined {
  const folder = join(root, `barflow-bench-${pid}`);
  const settings = Object.entries(quota(share * PERIOD));
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  try {
    // The kernel makes these files. Elsewhere, as in a container's plain folder of that name, writing them limits nothing.
    for (const file of [MEMBERS, ...settings.map(([each]) => each)])
      if (!existsSync(join(folder, file))) throw new Error(`${folder} is no cgroup with ${file}`);
    for (const [file, value] of settings) writeFileSync(join(folder, file), value);
    writeFileSync(join(folder, MEMBERS), `${pid}`);
    if (!readFileSync(join(folder, MEMBERS), 'utf8').split('\n').includes(`${pid}`))
      throw new Error(`${pid} is not in ${folder}`);
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  return {
    means: name,
    release: () => {
      writeFileSync(join(root, MEMBERS), `${pid}`);
      rmdirSync(folder);
    },
  };
}

function byCpulimit(pid: number, share: number): CpuLimit | undefined {
  if (spawnSync('cpulimit', ['--version']).error) return undefined;
  const limiter: ChildProcess = spawn('cpulimit', ['-p', `${pid}`, '-l', `${share * 100}`, '-z'], {
    stdio: 'ignore',
  });
  return { means: 'cpulimit', release: () => limiter.kill() };
}
