/** How late finished bars are told to be: by what closed their window, and only where nothing else made them late. */
import { describe, expect, test } from '@jest/globals';
import { finalLatency } from '../../../runtime/platform/metric-names.ts';
import type { MinuteBar } from '../../../runtime/records/bar.ts';
import { encodeMinuteBar, encodeWatermark } from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import type { RollupCounts } from '../../../runtime/rollup/rollup.ts';
import { minuteBar, RollupOnTwins, streamRecord } from '../../support/rollup-on-twins.ts';

/** Epoch ms of a time of the day, UTC. */
const at = (time: string) => Date.parse(`2025-11-20T${time}Z`);
const iso = (time: string) => `2025-11-20T${time}Z`;

let sequence = 0n;

/** A record of the stream: a bar, or of a watermark its `through`, and when it arrived. */
function arrived(time: string, record: MinuteBar | string) {
  const watermark = { type: 'watermark', slot: slotOf('AAPL'), epoch: 1 } as const;
  const text =
    typeof record === 'string'
      ? encodeWatermark({ ...watermark, through: at(record) })
      : encodeMinuteBar(record);
  sequence += 1n;
  return streamRecord(Buffer.from(text), sequence, at(time));
}

/** Those of a 5m window that is open, up to its last minute. */
const first = [arrived('15:01:02', minuteBar(iso('15:00'))), arrived('15:04:05', '15:04')];
const last = arrived('15:05:02', minuteBar(iso('15:04')));
const watermark = arrived('15:05:05', '15:05');

/** The batches one after the other, each put at the time that stands beside it. @returns the latencies of the last one */
async function rolled(
  rollup: RollupOnTwins,
  ...batches: readonly (readonly [string, readonly ReturnType<typeof arrived>[]])[]
) {
  let counts: RollupCounts | undefined;
  for (const [time, records] of batches) {
    rollup.now = at(time);
    counts = await rollup.redeliver(...records);
  }
  return Object.fromEntries(Object.entries(counts?.latencies ?? {}).filter(([, spans]) => spans.length > 0));
}

describe('a window', () => {
  test('that its last minute closes counts from its end and from that minute’s arrival', async () => {
    expect(await rolled(new RollupOnTwins(), ['15:04:06', first], ['15:05:02.600', [last]])).toEqual({
      [finalLatency.byMinute]: [2.6],
      [finalLatency.sinceMinute]: [0.6],
    });
  });

  test('that a watermark closes, for its last minute had no trades, counts from its end and from that', async () => {
    expect(await rolled(new RollupOnTwins(), ['15:04:06', first], ['15:05:06', [watermark]])).toEqual({
      [finalLatency.byWatermark]: [6],
      [finalLatency.sinceWatermark]: [1],
    });
  });

  test('whose last minute came before the watermark of the one before is closed by that', async () => {
    const [bar, before] = [first.slice(0, 1), arrived('15:05:04', '15:04')];
    expect(await rolled(new RollupOnTwins(), ['15:05:05', [...bar, last, before]])).toEqual({
      [finalLatency.byWatermark]: [5],
      [finalLatency.sinceWatermark]: [1],
    });
  });

  test('of a feed that is late by nature counts from when it could have been there', async () => {
    const rollup = new RollupOnTwins('stocks', { delay: 900_000 });
    const late = arrived('15:20:02', minuteBar(iso('15:04')));
    expect(await rolled(rollup, ['15:19:06', first], ['15:20:03', [late]])).toEqual({
      [finalLatency.byMinute]: [3],
      [finalLatency.sinceMinute]: [1],
    });
  });

  test('counts the wait of a batch that failed and comes again, for its bars were late', async () => {
    const rollup = new RollupOnTwins();
    await rolled(rollup, ['15:04:06', first], ['15:05:03', [last]]);
    rollup.startCold();
    expect(await rolled(rollup, ['15:05:42', [last]])).toMatchObject({ [finalLatency.sinceMinute]: [40] });
  });
});

describe('nothing is counted', () => {
  test('of what revises a bar, or says it again', async () => {
    const rollup = new RollupOnTwins();
    await rolled(rollup, ['15:04:06', first], ['15:05:03', [last]]);
    const again = minuteBar(iso('15:04'), { version: at('15:05') + 1, close: 10 });
    expect(await rolled(rollup, ['15:05:06', [arrived('15:05:04', again), watermark]])).toEqual({});
    const late = minuteBar(iso('15:03'));
    expect(await rolled(rollup, ['15:05:09', [arrived('15:05:08', late)]])).toEqual({});
  });

  test('of a minute that comes after the watermark that closed its window', async () => {
    const batches = [
      ['15:04:06', first],
      ['15:05:06', [watermark]],
    ] as const;
    const late = arrived('15:05:30', minuteBar(iso('15:04')));
    expect(await rolled(new RollupOnTwins(), ...batches, ['15:05:31', [late]])).toEqual({});
    // Nor by a worker that did not put the bar before.
    const rollup = new RollupOnTwins();
    await rolled(rollup, ...batches);
    rollup.startCold();
    expect(await rolled(rollup, ['15:06:06', [late, arrived('15:06:05', '15:06')]])).toEqual({});
  });

  test('of what came a minute later than a watermark may: an outage, a backfill or an import', async () => {
    const late = arrived('15:06:05.001', '15:05');
    expect(
      await rolled(new RollupOnTwins('stocks', { grace: 5_000 }), ['15:04:06', first], ['15:06:06', [late]]),
    ).toEqual({});
  });

  test('of a stream that is read once more', async () => {
    const rollup = new RollupOnTwins();
    const batches = [
      ['15:04:06', first],
      ['15:05:03', [last]],
      ['15:05:06', [watermark]],
    ] as const;
    await rolled(rollup, ...batches, ['15:06:06', [arrived('15:06:05', '15:06')]]);
    for (const [, records] of batches) {
      rollup.startCold();
      expect(await rolled(rollup, ['18:00', records])).toEqual({});
    }
  });
});
