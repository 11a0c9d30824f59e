/** Whatever the minutes stream does in the middle of a burst: order holds, nothing is lost, and reading goes on. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { breakOff, passOn, serverError } from './support/faulty-endpoint.ts';
import { refuseThree, silentlyStored, throttleAll } from './support/kinesis-faults.ts';
import { Rig } from './support/rig.ts';
import type { AssembledIngester } from './support/subject.ts';

let rig: Rig;
let ingester: AssembledIngester;

beforeEach(async () => {
  rig = await Rig.start();
  ingester = await rig.assembled();
  await rig.play(2);
});
afterEach(() => rig[Symbol.asyncDispose]());

describe('a stream that', () => {
  test('refuses three entries of a request, one of them again, gets them again and only them', async () => {
    await rig.playWith(() => {
      rig.kinesis.fault = refuseThree(4);
    });
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect((await ingester.stats()).retried).toBeGreaterThanOrEqual(4);
    expect(rig.uncovered()).toBe(0);
  });

  test('throttles everything for a minute gets it afterwards', async () => {
    await rig.playWith(() => {
      rig.kinesis.fault = throttleAll;
    });
    await rig.play(1);
    await eventually(() => rig.kinesis.met > 2);
    rig.kinesis.fault = passOn;
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });

  test('times out after it has stored has nothing but identical copies', async () => {
    await ingester.stop();
    rig.subjects.delete(ingester);
    ingester = await rig.assembled({}, 500);
    await rig.playWith(() => {
      rig.kinesis.fault = silentlyStored(3);
    });
    await rig.recover(ingester);
    expect(await rig.violations({ repeats: true })).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });

  test.each([
    ['answers with errors', serverError],
    ['breaks every connection', breakOff],
  ])('%s for some minutes gets everything afterwards', async (_, fault) => {
    await rig.playWith(() => {
      rig.kinesis.fault = fault;
    });
    await rig.play(3);
    await eventually(() => rig.kinesis.met > 2);
    rig.kinesis.fault = passOn;
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });
});

test('a stream that takes nothing while the ingester is told to stop keeps no successor waiting', async () => {
  await rig.playWith(() => {
    rig.kinesis.fault = breakOff;
  });
  const stopped = ingester.stop();
  await eventually(async () => !(await ingester.stats()).lease.holds);
  rig.subjects.delete(ingester);
  const successor = await rig.assembled();
  rig.kinesis.fault = passOn;
  expect(await stopped).toBe(0);
  await rig.recover(successor);
  expect(await rig.violations({ repeats: true })).toEqual([]);
  expect(rig.uncovered()).toBe(0);
});

test('a stream that takes nothing for longer than memory lasts, without a disk, leaves a gap that is fetched before its watermark', async () => {
  await using small = await Rig.start({ variables: { BACKLOG_FOLDER: '' } });
  const unit = await small.assembled({ memory: { records: 60, bytes: 1_000_000 } });
  await small.play(2);
  await small.playWith(() => {
    small.kinesis.fault = breakOff;
  });
  await small.play(8);
  expect((await unit.stats()).lostBars).toBeGreaterThan(10);
  small.kinesis.fault = passOn;
  await small.recover(unit);
  expect(await small.violations({ repeats: true })).toEqual([]);
  expect(small.uncovered()).toBe(0);
  expect(small.vendor.seen.requests).toBeGreaterThan(0);
});
