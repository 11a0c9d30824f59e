/** Whatever happens to the process and its lease in the middle of a burst: whoever goes on leaves no hole and no double. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SessionTable } from '../../runtime/tables/sessions/session-table.ts';
import { SESSIONS } from '../runtime/ingester/support/aws.ts';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { breakOff, passOn } from './support/faulty-endpoint.ts';
import { MINUTE, Rig, seconds } from './support/rig.ts';
import type { ProcessIngester } from './support/subject.ts';

/** Longer than a beat may be late that shows the process its own pauses, ms. */
const PAUSE = 1_500;

let rig: Rig;
let ingester: ProcessIngester;

beforeEach(async () => {
  rig = await Rig.start();
  ingester = await rig.process();
  await rig.live(ingester);
  await rig.play(2);
});
afterEach(() => rig[Symbol.asyncDispose]());

async function expectWhole(of: ProcessIngester): Promise<void> {
  await rig.recover(of);
  expect(await rig.violations({ repeats: true })).toEqual([]);
  expect(rig.uncovered()).toBe(0);
}

/** Ends in the middle of a burst, as the signal has it. */
async function endIn(signal: NodeJS.Signals): Promise<number | null> {
  rig.subjects.delete(ingester);
  let ended: Promise<number | null> = Promise.resolve(null);
  await rig.playWith(() => {
    ended = ingester.stop(signal);
  });
  return ended;
}

/** What the killed one had not left in the record yet is missing there, and nothing else. */
async function expectTakenOver(): Promise<void> {
  const bars = rig.tap.records.map(({ content }) => content).filter(({ type }) => type === 'bar');
  const fetched = bars.filter(bar => 'source' in bar && bar.source === 'backfill').length;
  const { sessions } = await new SessionTable(rig.aws.dynamoDb, SESSIONS).range({ limit: 10 });
  expect(sessions).toMatchObject([{ session: 'regular', takeOvers: 1, handOvers: 0, backfilled: fetched }]);
  const published = sessions[0]?.published ?? 0;
  expect([published >= fetched, published <= bars.length]).toEqual([true, true]);
}

describe('a process that', () => {
  test('is told to stop in a burst publishes what it holds, exits with 0, and the next one fills the rest', async () => {
    expect(await endIn('SIGTERM')).toBe(0);
    await expectWhole(await rig.process());
  });

  test('is killed in a burst is replaced by one that begins where its watermark ended', async () => {
    await endIn('SIGKILL');
    await rig.play(1);
    const successor = await rig.process();
    await expectWhole(successor);
    rig.subjects.delete(successor);
    await successor.stop('SIGTERM');
    await expectTakenOver();
  });

  test('is frozen for half a minute in a burst reads on, and lets no watermark out before it has', async () => {
    let frozenAt = Number.POSITIVE_INFINITY;
    rig.vendor.faults.midBurst(() => {
      ingester.child.kill('SIGSTOP');
      frozenAt = performance.now();
      rig.frozen.add(ingester);
    });
    const end = rig.minute + MINUTE;
    for (const step of [1, 2, 3, 4, 31]) await rig.to(end + seconds(step));
    // Half a minute of injected time may be less of the machine's than what the process can take for a pause.
    await eventually(() => performance.now() - frozenAt > PAUSE);
    ingester.child.kill('SIGCONT');
    rig.frozen.delete(ingester);
    await rig.to(end + seconds(32));
    rig.minute = end;
    await expectWhole(ingester);
  });
});

describe('two processes', () => {
  test('started together hold one connection, and the one that stands by takes over when the other is told to stop', async () => {
    const standby = await rig.process();
    await rig.play(1);
    expect(rig.vendor.connections).toBe(1);
    expect((await standby.stats()).lease.holds).toBe(false);
    expect(await endIn('SIGTERM')).toBe(0);
    await expectWhole(standby);
    expect(rig.vendor.seen.connections).toBe(2);
  });
});

test('a process that is killed in a burst is replaced by the one that stands by', async () => {
  const standby = await rig.process();
  await eventually(async () => !(await standby.stats()).lease.holds);
  await endIn('SIGKILL');
  await expectWhole(standby);
});

describe('a lease table that', () => {
  test('does not answer for a while lets no watermark out meanwhile, and nothing be lost', async () => {
    await rig.playWith(() => {
      rig.dynamoDb.fault = breakOff;
    });
    await eventually(async () => !(await ingester.stats()).lease.holds);
    await rig.play(1);
    rig.dynamoDb.fault = passOn;
    await expectWhole(ingester);
  });
});
