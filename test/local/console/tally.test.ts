/** What the tally counts of the two streams. */
import { describe, expect, test } from '@jest/globals';
import { Tally } from '../../../local/console/tally.ts';
import {
  encodeCoverage,
  encodeMinuteBar,
  encodeRolledBar,
  encodeWatermark,
} from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';

const START = Date.UTC(2025, 10, 20, 15);
const slot = slotOf('AAPL');
const prices = { open: 1, high: 2, low: 1, close: 2, volume: '10' };

function minute(start: number, version = start) {
  return encodeMinuteBar({
    type: 'bar',
    symbol: 'AAPL',
    start,
    ...prices,
    session: 'regular',
    version,
    source: 'live',
  });
}

function bar(version: number) {
  const window = { timeframe: '5m', start: START, end: START + 300_000, session: 'regular' } as const;
  return encodeRolledBar({
    symbol: 'AAPL',
    ...window,
    ...prices,
    minutes: 1,
    uncovered: 0,
    final: true,
    version,
  });
}

describe('a tally', () => {
  test('counts a minute once however often it is sent', () => {
    const tally = new Tally('stocks');
    for (const record of [minute(START), minute(START, START + 5), minute(START + 60_000)])
      tally.takeMinuteRecord(record);
    expect(tally.minutes).toBe(2);
    expect(tally.newest).toBe(START + 60_000);
  });

  test('counts a bar once and hands on only its first version', () => {
    const tally = new Tally('stocks');
    expect(tally.takeBar(bar(1))).toMatchObject({ symbol: 'AAPL', timeframe: '5m' });
    expect(tally.takeBar(bar(2))).toBeUndefined();
    expect([tally.bars, tally.barsOf('5m'), tally.barsOf('1h')]).toEqual([1, 1, 0]);
  });

  test('counts uncovered marks until a newer one takes them back, whatever the order', () => {
    const mark = (covered: boolean, version: number) =>
      encodeCoverage({ type: 'coverage', slot, minute: START, covered, version });
    const tally = new Tally('stocks');
    tally.takeMinuteRecord(mark(false, 10));
    expect([tally.uncovered, tally.accountsFor({ symbol: 'AAPL', start: START })]).toEqual([1, true]);
    tally.takeMinuteRecord(mark(true, 20));
    tally.takeMinuteRecord(mark(false, 10));
    expect([tally.uncovered, tally.accountsFor({ symbol: 'AAPL', start: START })]).toEqual([0, false]);
  });

  test('knows the highest watermark of each slot', () => {
    const tally = new Tally('stocks');
    for (const through of [START, START + 120_000, START + 60_000]) {
      tally.takeMinuteRecord(encodeWatermark({ type: 'watermark', slot, through, epoch: 1 }));
    }
    expect([tally.through(slot), tally.through((slot + 1) % 64)]).toEqual([START + 120_000, 0]);
  });

  test('leaves what is not a record of ours uncounted on the minutes stream and refuses it on the bars stream', () => {
    const tally = new Tally('stocks');
    tally.takeMinuteRecord('{"hello":1}');
    expect(tally.minutes).toBe(0);
    expect(() => tally.takeBar('{"hello":1}')).toThrow('the bars stream carries what is no bar');
  });
});
