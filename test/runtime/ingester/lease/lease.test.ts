/** The rules of the lease: whatever is paused, lost or late, never two holders. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LeaseRules, leaseTimes, NOBODY } from '../../../../runtime/ingester/lease/lease.ts';
import type { Claim, Lease } from '../../../../runtime/tables/lease/lease-table.ts';
import { Random } from '../../../support/random.ts';
import { LeaseWorld, Process } from './lease-world.ts';

const MINUTES = 5;
const STEPS = MINUTES * 600;

/** Lets three processes live for some minutes. @returns the most that held the lease at once, for how many steps anybody did, and the epochs */
function live(seed: number, rulesOf: (owner: string) => LeaseRules) {
  const random = new Random(seed);
  const world = new LeaseWorld(() => random.next());
  const processes = ['a', 'b', 'c'].map(owner => new Process(world, owner, rulesOf(owner)));
  let most = 0;
  let held = 0;
  for (let step = 0; step < STEPS; step++) {
    world.step();
    for (const process of processes) process.step();
    const holders = processes.filter(({ holds }) => holds).length;
    most = Math.max(most, holders);
    held += Math.min(1, holders);
  }
  return { most, held, epochs: world.epochs };
}

describe('under pauses, lost requests, late answers and clocks that disagree', () => {
  test('never do two processes hold the lease, and every take-over has a higher epoch', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const { most, epochs } = live(seed, owner => new LeaseRules(owner));
        expect(most).toBeLessThanOrEqual(1);
        expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
      }),
      { numRuns: 150 },
    );
  });

  test('somebody holds it for most of the time, and it changes hands', () => {
    const lives = Array.from({ length: 20 }, (_, seed) => live(seed, owner => new LeaseRules(owner)));
    const held = lives.reduce((sum, each) => sum + each.held, 0);
    expect(held / (lives.length * STEPS)).toBeGreaterThan(0.5);
    expect(lives.some(({ epochs }) => epochs.length > 3)).toBe(true);
  });

  test.each([
    ['did not fence itself before another may take over', Unfenced()],
    ['took over while the counter still moves', Impatient()],
  ])('two would hold it if a process %s', (_, Rules) => {
    const most = Array.from({ length: 100 }, (_, seed) => live(seed, owner => new Rules(owner)).most);
    expect(Math.max(...most)).toBeGreaterThan(1);
  });
});

function Unfenced() {
  return class extends LeaseRules {
    override holds(at: number): boolean {
      return super.holds(at - leaseTimes.fenceAfter);
    }
  };
}

function Impatient() {
  return class extends LeaseRules {
    override look(lease: Lease | undefined, at: number): Claim | undefined {
      return super.look(lease, at) ?? super.look(lease, at + leaseTimes.takeOverAfter / 2);
    }
  };
}

describe('one process', () => {
  const other: Lease = { owner: 'other', epoch: 4, counter: 10, lastVersion: 0 };

  test('takes a lease that nobody ever held, or that was given back, at once', () => {
    expect(new LeaseRules('me').look(undefined, 0)).toMatchObject({ epoch: 1, counter: 1 });
    const free = { ...other, owner: NOBODY };
    expect(new LeaseRules('me').look(free, 0)).toMatchObject({ epoch: 5, counter: 11, seen: free });
  });

  test('takes over when the counter has not moved for twelve seconds of its own clock', () => {
    const rules = new LeaseRules('me');
    expect(rules.look(other, 1_000)).toBeUndefined();
    expect(rules.look(other, 12_999)).toBeUndefined();
    expect(rules.look({ ...other, counter: 11 }, 13_000)).toBeUndefined();
    expect(rules.look({ ...other, counter: 11 }, 24_999)).toBeUndefined();
    expect(rules.look({ ...other, counter: 11 }, 25_000)).toMatchObject({ epoch: 5, startedAt: 25_000 });
  });

  test('holds it for nine seconds after the start of the last renewal that was written', () => {
    const rules = new LeaseRules('me');
    const claim = rules.look(undefined, 0);
    if (claim) rules.won(claim);
    expect([rules.holds(8_999), rules.holds(9_000)]).toEqual([true, false]);
    rules.renewed(rules.renewal(3_000), 5_000);
    expect([rules.holds(11_999), rules.holds(12_000)]).toEqual([true, false]);
  });

  test('does not come back to life by an answer that arrives after it fenced itself', () => {
    const rules = new LeaseRules('me');
    const claim = rules.look(undefined, 0);
    if (claim) rules.won(claim);
    const attempt = rules.renewal(8_000);
    rules.renewed(attempt, 9_500);
    expect(rules.holds(9_500)).toBe(false);
  });

  test('holds on when a renewal was written but its answer was lost, and lets go when another took over', () => {
    const rules = new LeaseRules('me');
    const claim = rules.look(undefined, 0);
    if (claim) rules.won(claim);
    const attempt = rules.renewal(3_000);
    rules.notWritten(attempt, { owner: 'me', epoch: 1, counter: attempt.counter, lastVersion: 0 }, 4_000);
    expect(rules.holds(11_000)).toBe(true);
    rules.notWritten(rules.renewal(6_000), { ...other, epoch: 2 }, 7_000);
    expect(rules.holds(7_000)).toBe(false);
  });

  test('is told nothing about its present term by an answer to an attempt of an earlier one', () => {
    const rules = new LeaseRules('me');
    const first = rules.look(undefined, 0);
    if (first) rules.won(first);
    const late = rules.renewal(3_000);
    const taken = { ...other, owner: 'me', epoch: 1, counter: 1 };
    const second = rules.look(taken, 20_000);
    if (second) rules.won(second);
    rules.notWritten(late, { ...taken, epoch: 2, counter: 2 }, 21_000);
    expect(rules.holds(21_000)).toBe(true);
    rules.notWritten(late, { ...other, epoch: 1, counter: late.counter }, 21_000);
    rules.renewed(late, 21_000);
    expect([rules.holds(28_999), rules.holds(29_000)]).toEqual([true, false]);
  });
});
