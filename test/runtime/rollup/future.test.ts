/** What is of a time that has not come yet is refused, by the arrival of its own record: one such watermark would close a slot for good. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import type { Coverage, MinuteBar } from '../../../runtime/records/bar.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';

const at = (time: string) => Date.parse(`2025-11-20T${time}Z`);
const iso = (ms: number) => new Date(ms).toISOString();
const mark = (minute: number): Coverage => ({
  type: 'coverage',
  slot: 34,
  minute,
  covered: false,
  version: at('14:40'),
});

let rollup: RollupOnTwins;
beforeEach(() => {
  rollup = new RollupOnTwins();
  rollup.arrival = at('14:30:02.184');
});

describe('more than an hour after its record arrived', () => {
  test.each([
    ['a watermark in 2099', '2099-12-31T00:00Z', 'through'],
    ['a watermark of ten days ahead', iso(at('14:31') + 10 * 86_400_000), 'through'],
    ['a watermark of 61 minutes ahead', iso(at('15:31')), 'through'],
    ['a mark', mark(at('15:31')), 'minute'],
    ['a bar', minuteBar(at('15:31')), 'start'],
  ])(
    '%s is refused, and the slot goes on as if it had never come',
    async (_, record: MinuteBar | Coverage | string, field) => {
      const quiet = new RollupOnTwins();
      for (const each of [rollup, quiet]) {
        await each.deliver(minuteBar(at('14:30')), iso(at('14:31')));
        if (each === rollup) await each.deliver(record);
        each.startCold();
        for (let minute = at('14:31'); minute < at('20:01'); minute += MINUTE) {
          each.arrival = minute + MINUTE;
          await each.deliver(minuteBar(minute), iso(minute + MINUTE));
        }
      }
      expect(rollup.quarantined()).toMatchObject([
        {
          reason: expect.stringMatching(
            `^${field} is \\d{13}: more than an hour after the record arrived, 1763649002184$`,
          ),
        },
      ]);
      expect(quiet.quarantined()).toEqual([]);
      expect(rollup.bars()).toEqual(quiet.bars());
      expect(rollup.bars('5m').every(({ minutes }) => minutes === 5)).toBe(true);
    },
  );
});

describe('up to an hour after its record arrived, for clocks differ', () => {
  test('everything is used', async () => {
    await rollup.deliver(minuteBar(at('15:30')), mark(at('15:29')), iso(at('15:30')));
    expect(rollup.quarantined()).toEqual([]);
    expect(rollup.log()).toHaveLength(1);
  });
});

test('years before its record arrived, everything is used: histories are imported', async () => {
  rollup.arrival = at('14:30');
  await rollup.deliver(minuteBar('2009-03-06T15:00Z'), '2009-03-06T15:01Z');
  expect(rollup.bars('1h')).toEqual([]);
  await rollup.deliver(minuteBar('2009-03-06T15:59Z'), '2009-03-06T16:00Z');
  expect(rollup.bars('1h')).toMatchObject([{ minutes: 2 }]);
});
