/** What the monitor reads of a slot from the roll-up's own log. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { SlotReader } from '../../../../runtime/tables/chunks/slot-reader.ts';
import { minuteBar, RollupOnTwins } from '../../../support/rollup-on-twins.ts';

const at = (time: string) => Date.parse(`2025-11-20T${time}Z`);
const DAY_START = at('05:00');
const AAPL = 34;

let rollup: RollupOnTwins;
let reader: SlotReader;
beforeEach(() => {
  rollup = new RollupOnTwins();
  reader = new SlotReader(rollup.dynamoDb.client(), 'state');
});

async function minutes(from: string, to: string): Promise<void> {
  for (let start = at(from); start < at(to); start += 60_000)
    await rollup.deliver(minuteBar(start), new Date(start + 60_000).toISOString());
}

describe('a slot', () => {
  test('without a log is nowhere yet', async () => {
    expect(await reader.read(AAPL, at('14:40'), DAY_START)).toMatchObject({
      through: 0,
      emitted: 0,
      symbols: 0,
    });
  });

  test('is as far as its watermark, and its bars as far as the watermark before', async () => {
    await minutes('14:30', '14:40');
    expect(await reader.read(AAPL, at('14:40'), DAY_START)).toEqual({
      through: at('14:40'),
      emitted: at('14:39'),
      symbols: 1,
      uncovered: new Map([[at('13:00'), 0]]),
    });
  });
});

describe('a watermark from the future that a log holds', () => {
  test('is not believed, and what is behind it is seen', async () => {
    await minutes('14:30', '14:40');
    await rollup.deliver('2099-12-31T00:00Z');
    await minutes('14:40', '14:45');
    expect(await reader.read(AAPL, at('14:45'), DAY_START)).toMatchObject({
      through: at('14:45'),
      symbols: 1,
      uncovered: new Map([[at('13:00'), 0]]),
    });
    expect(await reader.read(AAPL, at('15:45'), DAY_START)).toMatchObject({
      through: at('14:45'),
      emitted: at('14:40'),
    });
  });

  test('does not hide that nothing comes any more', async () => {
    await rollup.deliver('2099-12-31T00:00Z');
    expect(await reader.read(AAPL, at('14:45'), DAY_START)).toMatchObject({ through: 0, emitted: 0 });
  });
});
