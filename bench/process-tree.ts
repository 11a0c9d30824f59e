/** What a command and all processes that it starts take: memory together, processor time, by thread too. Linux only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** How often is looked (ms). */
const LOOK = 250;
/** Clock ticks a second in /proc. */
const TICKS = 100;
const KB = 1_024;

export interface TreeUsage {
  /** Seconds by the clock. */
  readonly wall: number;
  /** Seconds of processor time, of all processes. */
  readonly processor: number;
  /** The most bytes that all had at once, pages that some share counted once. */
  readonly memory: number;
  /** Seconds of processor time of the busiest thread. */
  readonly busiest: number;
  readonly exitCode: number | null;
}

/** Runs `node` with these arguments to its end. @param said is given what it prints */
export async function usageOf(args: readonly string[], said: (text: string) => void): Promise<TreeUsage> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', said);
  const exit = once(child, 'exit');
  const threads = new Map<string, number>();
  let memory = 0;
  const timer = setInterval(() => {
    const pids = treeOf(child.pid ?? 0);
    memory = Math.max(memory, sum(pids.map(memoryOf)));
    for (const pid of pids)
      for (const [thread, seconds] of threadTimes(pid)) threads.set(`${pid}/${thread}`, seconds);
  }, LOOK);
  await exit;
  clearInterval(timer);
  return {
    wall: (performance.now() - began) / 1e3,
    processor: sum([...threads.values()]),
    memory,
    busiest: Math.max(...threads.values()),
    exitCode: child.exitCode,
  };
}

/** What a process has used so far: seconds of processor time, and its bytes of memory. */
export function usedBy(pid: number): { readonly processor: number; readonly memory: number } {
  const fields = statOf(`/proc/${pid}/stat`) ?? [];
  return { processor: (Number(fields[11]) + Number(fields[12])) / TICKS, memory: memoryOf(pid) };
}

function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of numbersIn('/proc')) {
    const fields = statOf(`/proc/${pid}/stat`);
    if (fields) parents.set(pid, Number(fields[1]));
  }
  const isInTree = (pid: number): boolean => pid === root || (pid > 1 && isInTree(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isInTree);
}

function memoryOf(pid: number): number {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * KB;
}

function threadTimes(pid: number): [thread: number, seconds: number][] {
  return numbersIn(`/proc/${pid}/task`).map(thread => {
    const fields = statOf(`/proc/${pid}/task/${thread}/stat`) ?? [];
    return [thread, (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS];
  });
}

/** The fields after the name, which may hold anything. */
function statOf(path: string): string[] | undefined {
  const text = textOf(path);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Processes end while they are looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function numbersIn(path: string): number[] {
  try {
    return readdirSync(path)
      .filter(name => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
