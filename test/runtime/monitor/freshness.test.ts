/** How fresh a feed is, by what its slots say and the calendar. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { freshnessOf } from '../../../runtime/monitor/freshness.ts';
import { type SlotReading, uncoveredMinutes } from '../../../runtime/tables/chunks/slot-reader.ts';

const windows = new Windows(calendarOf('stocks'), 'clock');
const at = (time: string) => Date.parse(`2025-11-20T${time}:00Z`);
const slot = (through: number, emitted = through): SlotReading => ({
  through,
  emitted,
  symbols: 0,
  uncovered: new Map(),
});
/** Watched since for ever, and no gap. */
const never = { watchedSince: 0 };

describe('while the market is open', () => {
  test('the lag is that of the freshest and of the last slot', () => {
    const readings = [slot(at('15:00')), slot(at('14:50'))];
    expect(freshnessOf(readings, windows, at('15:01'), never)).toMatchObject({
      isOpen: true,
      freshestLag: 60,
      watermarkLag: 660,
    });
  });

  test('a session that follows another without a break does not make late slots fresh', () => {
    expect(freshnessOf([slot(at('14:00'))], windows, at('14:31'), never).freshestLag).toBe(31 * 60);
  });

  test('what is late counts from the open, not from the evening before', () => {
    expect(freshnessOf([slot(0)], windows, at('09:03'), never).freshestLag).toBe(180);
  });

  test('a window is late from its end on, until its bars are known to be on the stream', () => {
    expect(freshnessOf([slot(at('15:05'), at('14:59'))], windows, at('15:06'), never).finalLag).toBe(360);
    expect(freshnessOf([slot(at('15:05'), at('15:05'))], windows, at('15:06'), never).finalLag).toBe(0);
  });

  test('a market that never closes is at most a day late', () => {
    const crypto = new Windows(calendarOf('crypto'), 'clock');
    expect(freshnessOf([slot(0)], crypto, at('12:00'), never).watermarkLag).toBe(86_400);
  });
});

test('a feed that was never watched before is late from the first look on, not from the open', () => {
  expect(freshnessOf([slot(0)], windows, at('15:02'), { watchedSince: at('15:00') }).freshestLag).toBe(120);
});

describe('while a gap is filled', () => {
  const catchUp = { from: at('14:40'), remaining: 500, began: at('15:00'), progressed: at('15:04') };
  const lags = (...readings: SlotReading[]) =>
    freshnessOf(readings, windows, at('15:05'), { watchedSince: 0, catchUp });

  test('its last progress counts like a watermark of the slots that wait for it', () => {
    expect(lags(slot(at('14:40')))).toMatchObject({ freshestLag: 60, watermarkLag: 60, finalLag: 0 });
    expect(lags(slot(at('14:38')))).toMatchObject({ watermarkLag: 60 });
  });

  test('its last progress counts for slots that never had a watermark', () => {
    expect(lags(slot(0))).toMatchObject({ freshestLag: 60, finalLag: 0 });
  });

  test('a slot that was late before the gap is late all the same', () => {
    const readings = [slot(at('14:40')), slot(at('14:35'))];
    expect(lags(...readings)).toMatchObject({ freshestLag: 60, watermarkLag: 1_800, finalLag: 1_500 });
  });

  test('a slot whose watermark is newer is as fresh as that', () => {
    expect(lags(slot(at('15:05')))).toMatchObject({ freshestLag: 0 });
  });
});

test.each(['01:30', '08:59'])('nothing is late while the market is closed: %s', time => {
  expect(freshnessOf([slot(0)], windows, at(time), never)).toEqual({
    isOpen: false,
    freshestLag: 0,
    watermarkLag: 0,
    finalLag: 0,
  });
});

test('uncovered minutes are those of the slot that has most, block by block', () => {
  const reading = (...uncovered: [number, number][]) => ({ ...slot(0), uncovered: new Map(uncovered) });
  expect(uncoveredMinutes([reading([1, 5], [2, 0]), reading([1, 7], [2, 1]), reading()])).toBe(8);
});
