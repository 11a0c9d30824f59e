/** What makes sizes unusable: numbers of shards, and what Fargate does not offer. */
import { Size, SizeRoundingBehavior } from 'aws-cdk-lib/core';
import { anyOf, fault, isObject, unknownFaults } from './fault.ts';

/** A combination that Fargate offers. */
export interface TaskSize {
  /** 1024 units are one vCPU. */
  readonly cpu: number;
  readonly memory: Size;
}

/** How many shards a feed's streams have: both as many, or each its own. */
export type Shards = number | { readonly minutes: number; readonly bars: number };

/** Those of each stream. */
export function shardsOf(shards: Shards): { readonly minutes: number; readonly bars: number } {
  return typeof shards === 'number' ? { minutes: shards, bars: shards } : shards;
}

/** The 64 slots of the symbol space are shared evenly by these. */
const SHARDS = [1, 2, 4, 8, 16, 32, 64];
/** For each number of CPU units the memory that Fargate offers with it, in MiB; above 512 in steps of 1024. */
const TASK_MEMORY: Readonly<Record<number, readonly [least: number, most: number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16384],
  4096: [8192, 30720],
};

/** What is wrong with the number of a stream's shards. */
export function* countFaults(path: string, got: unknown): Generator<string> {
  if (!isCount(got)) yield fault(path, got, anyOf(SHARDS));
}

export function* shardFaults(path: string, got: unknown): Generator<string> {
  if (!isObject(got)) {
    if (!isCount(got)) yield fault(path, got, `${anyOf(SHARDS)}, or { minutes, bars } of these`);
    return;
  }
  yield* unknownFaults(path, got, ['minutes', 'bars']);
  for (const stream of ['minutes', 'bars']) yield* countFaults(`${path}.${stream}`, got[stream]);
}

function isCount(got: unknown): boolean {
  return SHARDS.some(shards => shards === got);
}

export function* taskFaults(path: string, got: unknown): Generator<string> {
  if (!isObject(got)) return yield fault(path, got, '{ cpu: 256, memory: Size.mebibytes(512) } or more');
  yield* unknownFaults(path, got, ['cpu', 'memory']);
  const { cpu, memory } = got;
  const range = typeof cpu === 'number' ? TASK_MEMORY[cpu] : undefined;
  if (!range) return yield fault(`${path}.cpu`, cpu, anyOf(Object.keys(TASK_MEMORY)));
  const [least, most] = range;
  const use = `${least} to ${most} MiB with ${cpu} CPU units, in whole GiB above 512`;
  if (!(memory instanceof Size)) return yield fault(`${path}.memory`, memory, `a Size of ${use}`);
  const mebibytes = memory.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (mebibytes >= least && mebibytes <= most && (mebibytes === 512 || mebibytes % 1024 === 0)) return;
  yield `${path}.memory is ${mebibytes} MiB: use ${use}`;
}
