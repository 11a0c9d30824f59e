/** How an event's records are sorted, whatever one of them does to its reader. */
import { describe, expect, test } from '@jest/globals';
import { Calendar } from '../../../runtime/markets/calendar.ts';
import { marketRules } from '../../../runtime/markets/market.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { encodeMinuteBar } from '../../../runtime/records/encode.ts';
import { sortEvent } from '../../../runtime/rollup/batch.ts';
import { minuteBar, streamRecord } from '../../support/rollup-on-twins.ts';

describe('a record', () => {
  test('that the calendar has no session for is refused, and the others are taken', () => {
    const closedIn2030 = new Calendar({
      ...marketRules.stocks,
      specialDays: year =>
        new Map(
          year === 2030
            ? Array.from({ length: 31 }, (_, day) => [
                `2030-07-${String(day + 1).padStart(2, '0')}`,
                { closed: true } as const,
              ])
            : [],
        ),
    });
    const windows = new Windows(closedIn2030, 'session');
    const records = ['2025-11-20T14:30Z', '2030-07-10T14:30Z', '2025-11-20T14:31Z'].map((start, index) =>
      streamRecord(Buffer.from(encodeMinuteBar(minuteBar(start))), BigInt(index)),
    );
    const { slots, refused } = sortEvent(records, 'stocks', windows);
    expect(refused).toMatchObject([
      {
        place: 'shardId-000000000000:1',
        reason: expect.stringMatching(
          /^record is not to be read: "RangeError: the calendar knows no session/,
        ),
      },
    ]);
    const [batch] = slots.values();
    expect([...(batch?.blocks.values() ?? [])].map(({ minutes }) => minutes.length)).toEqual([2]);
  });

  test('of a slot that has 200,000 watermarks before it is sorted like any other', () => {
    const windows = new Windows(new Calendar(marketRules.stocks), 'clock');
    const watermark = Buffer.from(
      '{"type":"watermark","schema":1,"slot":34,"through":1763650800000,"epoch":1}',
    );
    const records = Array.from({ length: 200_000 }, (_, index) => streamRecord(watermark, BigInt(index)));
    const bar = streamRecord(Buffer.from(encodeMinuteBar(minuteBar('2025-11-20T14:30Z'))), 200_000n);
    const { slots } = sortEvent([...records, bar], 'stocks', windows);
    const [batch] = slots.values();
    expect([...(batch?.blocks.values() ?? [])]).toMatchObject([{ watermarkBefore: 1_763_650_800_000 }]);
  });
});
