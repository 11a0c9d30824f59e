/** How much is asked how fast. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { RequestBudget } from '../../../../runtime/vendor/rest/budget.ts';

const never = new AbortController().signal;

/** Limits on a clock that jumps to wherever somebody waits for. */
function limited(perSecond: number, atOnce: number) {
  let now = 0;
  const begun: number[] = [];
  const limits = new RequestBudget({
    ...{ perSecond, atOnce },
    wall: () => now,
    sleep: async ms => {
      now += ms;
    },
  });
  return { limits, begun, work: async () => begun.push(now) };
}

describe('requests', () => {
  test('begin no faster than allowed', async () => {
    const { limits, begun, work } = limited(50, 1);
    await Promise.all(Array.from({ length: 5 }, () => limits.run(work, never)));
    expect(begun).toEqual([0, 20, 40, 60, 80]);
  });

  test('run no more at once than allowed, and all in the end', async () => {
    const { limits } = limited(1_000_000, 3);
    let underWay = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++underWay);
      await turn();
      underWay--;
    };
    await Promise.all(Array.from({ length: 20 }, () => limits.run(work, never)));
    expect([most, underWay]).toEqual([3, 0]);
  });

  test('rest all together when one was told to', async () => {
    const { limits, begun, work } = limited(50, 4);
    await limits.run(work, never);
    limits.rest(5_000);
    await limits.run(work, never);
    expect(begun).toEqual([0, 5_000]);
  });

  test('do not begin once the signal has aborted, and make room for the next', async () => {
    const { limits, begun, work } = limited(50, 1);
    await expect(limits.run(work, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    await expect(limits.run(() => Promise.reject(new Error('failed')), never)).rejects.toThrow('failed');
    await limits.run(work, never);
    expect(begun).toHaveLength(1);
  });
});
