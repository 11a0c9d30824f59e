/** Whatever happens on the vendor's socket in the middle of a burst: every minute is there once, or declared uncovered. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { MINUTE, Rig, seconds } from './support/rig.ts';
import type { AssembledIngester } from './support/subject.ts';

let rig: Rig;
let ingester: AssembledIngester;

beforeEach(async () => {
  rig = await Rig.start();
  ingester = await rig.assembled();
  await rig.play(2);
});
afterEach(() => rig[Symbol.asyncDispose]());

async function expectWhole(...cut: number[]): Promise<void> {
  await rig.recover(ingester);
  expect(await rig.violations({ cut })).toEqual([]);
  expect(rig.uncovered()).toBe(0);
}

describe('a socket that', () => {
  test('works loses nothing', async () => {
    await rig.play(5);
    await expectWhole();
    expect(rig.uncovered()).toBe(0);
  });

  test.each(['connect', 'auth', 'authenticated', 'subscribe', 'subscribed'] as const)(
    'drops in a burst, and again at the moment "%s" of the next connection',
    async moment => {
      rig.vendor.faults.dropAt(moment);
      await rig.playWith(() => rig.vendor.faults.drop());
      await expectWhole();
      expect((await ingester.stats()).feed.connectionsLost).toBe(2);
    },
  );

  test('drops twice while it is subscribed to again', async () => {
    rig.vendor.faults.dropAt('subscribe', { times: 2 });
    await rig.playWith(() => rig.vendor.faults.drop());
    await expectWhole();
    expect((await ingester.stats()).feed.connectionsLost).toBe(3);
  });

  test.each([1000, 1001, 1008, 1011])('is closed with %i in a burst', async code => {
    await rig.playWith(() => rig.vendor.faults.drop(code));
    await expectWhole();
  });

  test('goes mute in a burst is noticed', async () => {
    const cut = rig.minute;
    await rig.playWith(() => rig.vendor.faults.mute());
    await silence();
    await expectWhole(cut);
    expect(Object.keys((await ingester.stats()).feed.causes)).toEqual([
      expect.stringContaining('no data for'),
    ]);
  });

  test('is half open in a burst is noticed', async () => {
    const cut = rig.minute;
    await rig.playWith(() => rig.vendor.faults.halfOpen());
    await silence();
    await expectWhole(cut);
  });

  test('stops in the middle of a frame is noticed', async () => {
    const cut = rig.minute;
    await rig.playWith(() => rig.vendor.faults.stopMidFrame());
    await silence();
    await expectWhole(cut);
  });

  test('drips its bars past the grace loses none', async () => {
    rig.vendor.faults.drip(700);
    const end = rig.minute + MINUTE;
    for (let step = 1; step <= 16; step++) await rig.to(end + seconds(step));
    rig.minute = end;
    rig.vendor.faults.drop(1000);
    await expectWhole(end - MINUTE);
  });
});

/** Two minutes in which nothing comes, and the moment in which the ingester notices. */
async function silence(): Promise<void> {
  const lost = (await ingester.stats()).feed.connectionsLost;
  await rig.play(2);
  await eventually(async () => (await ingester.stats()).feed.connectionsLost > lost);
}

describe('on the oddest days', () => {
  test.each(['one-frame', 'ack-per-frame', 'status-between-bars'] as const)(
    'a feed that sends "%s" loses nothing, also after a drop',
    async framing => {
      rig.vendor.faults.framing = framing;
      await rig.play(2);
      await rig.playWith(() => rig.vendor.faults.drop());
      // What is acknowledged together with the first bars is acknowledged a minute later.
      if (framing === 'one-frame') await rig.play();
      await expectWhole();
    },
  );
});

describe('without a history to fill gaps from', () => {
  beforeEach(() => rig.vendor.restFaults.plan('403', { times: Number.POSITIVE_INFINITY }));

  test.each([
    ['drops', () => rig.vendor.faults.drop()],
    ['goes mute', () => rig.vendor.faults.mute()],
    ['is half open', () => rig.vendor.faults.halfOpen()],
    ['stops in the middle of a frame', () => rig.vendor.faults.stopMidFrame()],
  ])('a socket that %s in a burst leaves no minute undeclared', async (name, fault) => {
    const cut = rig.minute;
    await rig.playWith(fault);
    if (name !== 'drops') await silence();
    await rig.recover(ingester);
    expect(await rig.violations({ cut: [cut] })).toEqual([]);
    expect(rig.uncovered()).toBeGreaterThan(0);
  });
});
