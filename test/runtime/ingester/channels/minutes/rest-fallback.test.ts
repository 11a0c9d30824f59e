/** While the socket cannot be had, the minutes are asked for one after another. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { MINUTE } from '../../support/records.ts';
import { NOON, Station, type Unit } from '../../support/station.ts';

let station: Station;
let unit: Unit;

beforeEach(async () => {
  station = await Station.start();
});
afterEach(() => station[Symbol.asyncDispose]());

/** Two minutes by the socket, which then is gone and stays away. */
async function cutOff(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  unit = await station.ready(variables);
  await station.play(NOON, 2);
  unit.holdOff();
  station.vendor.faults.drop();
  await eventually(() => unit.says('waiting'));
}

async function sourcesOf(minute: number): Promise<string[]> {
  return (await station.bars())
    .filter(({ start }) => start === NOON + minute * MINUTE)
    .map(({ source }) => source);
}

const all = (source: string) => Array(6).fill(source);

describe('a socket that is gone', () => {
  test('for more than a minute of open market is replaced by questions, and takes over without hole or double', async () => {
    await cutOff();
    await station.play(NOON + 2 * MINUTE, 2);
    await station.watermarked(NOON + 4 * MINUTE);
    expect(unit.answer('/ready')).toMatchObject({ code: 503, body: { status: 'degraded' } });
    expect(await sourcesOf(3)).toEqual(all('backfill'));
    unit.letConnect();
    await eventually(() => unit.isReady);
    await station.play(NOON + 4 * MINUTE, 2);
    await station.watermarked(NOON + 6 * MINUTE);
    expect(await sourcesOf(1)).toEqual(all('live'));
    expect(await sourcesOf(2)).toEqual(all('backfill'));
    expect(await sourcesOf(4)).toEqual(all('live'));
    expect(await sourcesOf(5)).toEqual(all('live'));
    expect(await station.marks()).toEqual([]);
    expect(unit.answer('/stats')).toMatchObject({ body: { degraded: false } });
  });

  test('for less than a minute makes nobody ask', async () => {
    await cutOff();
    await station.play(NOON + 2 * MINUTE);
    expect(station.vendor.seen.requests).toBe(0);
    expect(unit.says('degraded')).toBe(false);
  });

  test('leaves only the most liquid symbols to be asked for when there are more than the limits allow, and lets no watermark out', async () => {
    await cutOff({ REST_REQUESTS_PER_SECOND: '0.07' });
    await station.play(NOON + 2 * MINUTE, 2);
    await eventually(async () => (await sourcesOf(3)).length === 3);
    const live = (await station.bars()).filter(({ start }) => start === NOON + MINUTE);
    const traded = live.map(({ symbol, dayVolume, close }) => ({ symbol, value: Number(dayVolume) * close }));
    const ranked = traded.toSorted((a, b) => b.value - a.value).map(({ symbol }) => symbol);
    const asked = (await station.bars()).filter(({ start }) => start === NOON + 3 * MINUTE);
    expect(asked.map(({ symbol }) => symbol).sort()).toEqual(ranked.slice(0, 3).sort());
    expect((await station.watermarks()).every(({ through }) => through <= NOON + 2 * MINUTE)).toBe(true);
  });
});

test('at night nobody asks, however long the socket is gone', async () => {
  await station[Symbol.asyncDispose]();
  const night = NOON + 9 * 60 * MINUTE;
  station = await Station.start({ now: night });
  unit = await station.ready({ BACKFILL_ON_START: 'none' });
  unit.holdOff();
  station.vendor.faults.drop();
  await eventually(() => unit.says('waiting'));
  for (let minute = 1; minute <= 10; minute++) await station.to(night + minute * MINUTE);
  expect(unit.says('degraded')).toBe(false);
  expect(station.vendor.seen.requests).toBe(0);
  await station.watermarked(night + 9 * MINUTE);
});
