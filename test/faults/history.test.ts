/** Whatever the vendor's REST does while a gap is filled: the gap ends filled or declared, and what comes later still comes. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { MINUTE, Rig } from './support/rig.ts';
import type { AssembledIngester } from './support/subject.ts';

const ALWAYS = { times: Number.POSITIVE_INFINITY };

let rig: Rig;
let ingester: AssembledIngester;

/** Two minutes are seen; then the connection drops in a burst and stays away until the next minute is over. */
async function start(corrected = 0): Promise<void> {
  rig = await Rig.start({ corrected });
  ingester = await rig.assembled();
  await rig.play(2);
}

async function gap(): Promise<void> {
  rig.vendor.faults.refusal = 'timeout';
  await rig.playWith(() => rig.vendor.faults.drop());
  await rig.play();
  rig.vendor.faults.refusal = undefined;
}

/** From now on the history is well, and what is missing is tried for until it has come. */
async function healed(): Promise<void> {
  rig.vendor.restFaults.clear();
  await eventually(async () => {
    ingester.retry();
    await rig.tap.read();
    return rig.uncovered() === 0;
  });
  expect(await rig.violations()).toEqual([]);
}

afterEach(() => rig[Symbol.asyncDispose]());

describe('a history that', () => {
  beforeEach(() => start());

  test.each(['429', '500', 'truncated'] as const)(
    'answers twice with "%s" still fills the gap',
    async fault => {
      rig.vendor.restFaults.plan(fault, { times: 2 });
      await gap();
      await rig.recover(ingester);
      expect(await rig.violations()).toEqual([]);
      expect(rig.uncovered()).toBe(0);
    },
  );

  test.each(['unordered', 'pages-reversed', 'duplicates'] as const)(
    'answers "%s" still fills the gap',
    async fault => {
      rig.vendor.restFaults.plan(fault, ALWAYS);
      await gap();
      await rig.recover(ingester);
      expect(await rig.violations()).toEqual([]);
      expect(rig.uncovered()).toBe(0);
    },
  );

  test.each(['401', '403'] as const)(
    'refuses the key with "%s" leaves the gap declared, and the next ingester fills it with a key that is good',
    async fault => {
      rig.vendor.restFaults.plan(fault, ALWAYS);
      await gap();
      await rig.recover(ingester);
      expect(await rig.violations()).toEqual([]);
      expect(rig.uncovered()).toBeGreaterThan(0);
      rig.vendor.restFaults.clear();
      await ingester.stop();
      rig.subjects.delete(ingester);
      const next = await rig.assembled();
      await eventually(async () => {
        next.retry();
        await rig.tap.read();
        return rig.uncovered() === 0;
      });
      await rig.recover(next);
      expect(await rig.violations()).toEqual([]);
    },
  );

  test.each(['429', '500', 'truncated'] as const)(
    'answers nothing but "%s" leaves the gap declared, and fills it when it is well again',
    async fault => {
      rig.vendor.restFaults.plan(fault, ALWAYS);
      await gap();
      await rig.recover(ingester);
      expect(await rig.violations()).toEqual([]);
      expect(rig.uncovered()).toBeGreaterThan(0);
      await healed();
    },
  );

  test.each([20, 90])('is %i seconds behind the socket is waited for, and fills the gap', async lag => {
    rig.vendor.restFaults.lag = lag * 1_000;
    await gap();
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });

  test.each(['error', 'nothing', 'other-ticker', 'miscounted'] as const)(
    'answers with status 200 and "%s" has answered nothing: the gap is declared, and filled when it is well again',
    async fault => {
      rig.vendor.restFaults.plan(fault, { ...ALWAYS, path: '/v2/aggs/' });
      await gap();
      await rig.recover(ingester);
      expect(await rig.violations()).toEqual([]);
      expect(rig.uncovered()).toBeGreaterThan(0);
      await healed();
    },
  );

  test('knows a minute of most symbols but not yet of one is found out by the day’s volume of its next bar', async () => {
    rig.vendor.restFaults.plan('lacks-last', { path: '/AAPL/' });
    await gap();
    const cut = [rig.minute - MINUTE];
    await rig.recover(ingester);
    await eventually(async () => (await rig.violations({ cut })).length === 0);
    expect(rig.uncovered()).toBe(0);
  });

  test('stands still leaves the gap declared after its limit, and fills it when it goes on', async () => {
    rig.vendor.restFaults.lag = 60 * MINUTE;
    await gap();
    await rig.live(ingester);
    await rig.play(4);
    await rig.watermarked();
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBeGreaterThan(0);
    await healed();
  });

  test('hangs for a while still fills the gap', async () => {
    rig.vendor.restFaults.plan('hang', { times: 13 });
    await gap();
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });
});

// Of 63 s behind, it knows a gap just when the next burst, which corrects some of it, is over.
test.each([0, 63])(
  'minutes that are corrected while a gap is filled end as corrected, by a history that is %i seconds behind too',
  async lag => {
    await start(0.3);
    for (let n = 0; n < 3; n++) {
      rig.vendor.restFaults.lag = lag * 1_000;
      await gap();
      await rig.recover(ingester);
      await rig.play(3);
    }
    await rig.watermarked();
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  },
);

test('a gap of all futures is filled by the paths that futures have of their own, also by a history that is behind', async () => {
  const title = 'the weekend on which Chicago enters summer time, and the daily break';
  rig = await Rig.start({ title, from: Date.parse('2026-03-06T18:00Z'), subscription: '*', corrected: 0.1 });
  ingester = await rig.assembled();
  await rig.play(2);
  rig.vendor.restFaults.lag = 63_000;
  await gap();
  await rig.recover(ingester);
  expect(await rig.violations()).toEqual([]);
  expect(rig.uncovered()).toBe(0);
});
