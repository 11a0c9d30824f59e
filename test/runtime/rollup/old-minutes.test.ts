/** Which minutes the logs still take: late ones are rolled up, those older than the log are refused and kept. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';

const DAY = 86_400_000;

let rollup: RollupOnTwins;
beforeEach(() => {
  rollup = new RollupOnTwins();
});

describe('a minute of an older block', () => {
  test('makes a new version of the bars that it belongs to', async () => {
    await rollup.deliver(minuteBar('2025-11-19T15:00Z'), '2025-11-20T15:00Z');
    await rollup.deliver(minuteBar('2025-11-19T15:01Z', { close: 12, volume: '50' }));
    const [first, second] = rollup.bars('5m');
    expect(first).toMatchObject({ minutes: 1, volume: '100', final: true });
    expect(second).toMatchObject({
      start: Date.parse('2025-11-19T15:00Z'),
      minutes: 2,
      volume: '150',
      close: 12,
      final: true,
    });
  });

  test('is rolled up from the log alone by a worker that has just started', async () => {
    await rollup.deliver(minuteBar('2025-11-19T15:00Z'), '2025-11-20T15:00Z');
    rollup.startCold();
    await rollup.deliver(minuteBar('2025-11-19T15:01Z'));
    expect(rollup.bars('4h').at(-1)).toMatchObject({ minutes: 2, volume: '200' });
  });

  test('starts a log of its own up to seven days after its end', async () => {
    await rollup.deliver('2025-11-20T15:00Z');
    await rollup.deliver(minuteBar('2025-11-13T16:59Z'));
    expect(rollup.bars('5m')).toHaveLength(1);
    expect(rollup.quarantined()).toEqual([]);
  });

  test('starts no log later than that', async () => {
    await rollup.deliver('2025-11-20T21:00Z');
    const old = minuteBar('2025-11-13T20:59Z');
    expect(await rollup.deliver(old)).toMatchObject({ quarantined: 1 });
    expect(rollup.bars()).toEqual([]);
    expect(rollup.quarantined()).toMatchObject([{ reason: 'older than the log' }]);
  });

  test('is refused by the watermark of an older block too when newer blocks have none', async () => {
    await rollup.deliver('2025-11-20T15:00Z');
    rollup.startCold();
    await rollup.deliver(minuteBar('2025-11-21T15:00Z'));
    rollup.startCold();
    await rollup.deliver(minuteBar('2025-11-03T15:00Z'));
    expect(rollup.quarantined()).toHaveLength(1);
  });

  test('shares the fate of its block, however the records are cut into batches', async () => {
    const [older, newer] = [minuteBar('2025-11-13T14:00Z'), minuteBar('2025-11-13T16:00Z')];
    await rollup.deliver('2025-11-20T15:00Z');
    await rollup.deliver(older, newer);
    const apart = new RollupOnTwins();
    await apart.deliver('2025-11-20T15:00Z');
    await apart.deliver(newer);
    await apart.deliver(older);
    expect(rollup.quarantined()).toEqual(apart.quarantined());
    expect(rollup.bars('4h').at(-1)).toEqual(apart.bars('4h').at(-1));
  });

  test('is accepted before the watermark that makes it too old, in one batch and in two', async () => {
    await rollup.deliver(minuteBar('2025-11-03T15:00Z'), '2025-11-20T15:00Z', minuteBar('2025-11-03T15:01Z'));
    expect(rollup.bars('4h').at(-1)).toMatchObject({ minutes: 2 });
    const refused = new RollupOnTwins();
    await refused.deliver('2025-11-20T15:00Z', minuteBar('2025-11-03T15:00Z'));
    expect(refused.bars()).toEqual([]);
    expect(refused.quarantined()).toHaveLength(1);
  });
});

describe('a log that has expired', () => {
  beforeEach(async () => {
    await rollup.deliver(minuteBar('2025-11-19T15:00Z'));
    await rollup.deliver(minuteBar('2025-11-19T15:01Z'), '2025-11-19T15:02Z');
    rollup.now += 8 * DAY;
  });

  test('takes no minute while its chunks are still there', async () => {
    await rollup.deliver(minuteBar('2025-11-19T15:02Z'));
    expect(rollup.quarantined()).toMatchObject([{ reason: 'older than the log' }]);
    expect(rollup.log()).toHaveLength(2);
  });

  test('takes no minute while only its beginning has been removed', async () => {
    const [first] = rollup.log();
    rollup.dynamoDb.remove('state', first?.['pk']?.S ?? '', first?.['sk']?.S ?? '');
    rollup.startCold();
    expect(await rollup.deliver(minuteBar('2025-11-19T15:02Z'))).toMatchObject({ quarantined: 1, bars: 0 });
    expect(rollup.quarantined()).toMatchObject([{ reason: 'older than the log' }]);
  });

  test('does not keep a watermark from going through it', async () => {
    const [first] = rollup.log();
    rollup.dynamoDb.remove('state', first?.['pk']?.S ?? '', first?.['sk']?.S ?? '');
    rollup.startCold();
    await rollup.deliver(minuteBar('2025-11-28T15:00Z'), '2025-11-28T15:01Z', '2025-11-19T15:03Z');
    await rollup.deliver('2025-11-28T15:05Z');
    expect(rollup.bars('5m')).toMatchObject([{ start: Date.parse('2025-11-28T15:00Z'), minutes: 1 }]);
  });

  test('may have left chunks out of order behind: they are no data to fail on', async () => {
    for (const item of rollup.log().slice(0, 1))
      rollup.dynamoDb.remove('state', item['pk']?.S ?? '', item['sk']?.S ?? '');
    rollup.startCold();
    await rollup.deliver('2025-11-19T15:10Z');
    expect(rollup.bars()).toEqual([]);
  });
});
