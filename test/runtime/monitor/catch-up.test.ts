/** A gap that is being filled wakes nobody while it becomes smaller, and is an outage as soon as it does not. */
import { describe, expect, test } from '@jest/globals';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import type { LeaseReading } from '../../../runtime/tables/lease/lease-table.ts';
import { watch } from './support/watched.ts';

const NOON = Date.parse('2025-11-20T17:00:00Z');
const ALL = 11_000;

interface Gap {
  /** For how long nothing is published, minutes. */
  readonly minutes: number;
  /** Symbols that are still to be asked for so many minutes after the gap began. */
  readonly remaining: (minute: number) => number;
  /** Minutes after which nobody renews the lease any more. @default never */
  readonly deadAfter?: number;
  /** @default 0 */
  readonly delay?: number;
}

/** @returns the alarms that told somebody, each with the minutes since the gap began */
async function toldOf({ minutes, remaining, deadAfter = Number.POSITIVE_INFINITY, delay = 0 }: Gap) {
  const begin = NOON + 7_000;
  const outage = { from: begin, to: begin + minutes * MINUTE };
  const lease = (at: number): LeaseReading => {
    const minute = (at - NOON) / MINUTE;
    const counter = Math.min(minute, deadAfter) * 20;
    if (minute < 1 || minute > minutes) return { epoch: 1, counter };
    return {
      epoch: 1,
      counter,
      catchingUp: { from: NOON - delay, symbols: ALL, remaining: remaining(Math.min(minute, deadAfter)) },
    };
  };
  const options = { market: 'stocks', delay, outages: [outage], lease } as const;
  const told = await watch(options, NOON - 20 * MINUTE, NOON + (minutes + 10) * MINUTE);
  return told.map(({ alarm, at }) => [alarm, (at - NOON) / MINUTE]);
}

describe('a gap that takes many minutes to fill', () => {
  test.each([0, 15 * MINUTE])('tells nobody while it becomes smaller, on a feed %i ms late', async delay => {
    expect(await toldOf({ minutes: 19, remaining: minute => ALL - 500 * minute, delay })).toEqual([]);
  });

  test('tells nobody when it becomes smaller in every other minute only', async () => {
    const remaining = (minute: number) => ALL - 500 * Math.floor(minute / 2);
    expect(await toldOf({ minutes: 15, remaining })).toEqual([]);
  });

  test('pages like an outage when it never becomes smaller', async () => {
    expect(await toldOf({ minutes: 8, remaining: () => ALL })).toEqual([['FeedDown', 3]]);
  });

  test('pages within three minutes after it last became smaller', async () => {
    const remaining = (minute: number) => ALL - 500 * Math.min(minute, 6);
    expect(await toldOf({ minutes: 15, remaining })).toEqual([['FeedDown', 9]]);
  });

  test('pages within three minutes after the one who fills it has died', async () => {
    expect(await toldOf({ minutes: 15, remaining: minute => ALL - 500 * minute, deadAfter: 6 })).toEqual([
      ['FeedDown', 9],
    ]);
  });

  test('pages when an ingester begins it again and again', async () => {
    const remaining = (minute: number) => ALL - 500 * (minute % 3);
    expect(await toldOf({ minutes: 40, remaining })).toEqual([['FeedDown', 23]]);
  });

  test('pages after twenty minutes, however well it gets on', async () => {
    expect(await toldOf({ minutes: 40, remaining: minute => ALL - 100 * minute })).toEqual([
      ['FeedDown', 24],
    ]);
  });
});

test('an outage after a gap was filled pages like any other', async () => {
  const first = { from: NOON + 7_000, to: NOON + 10 * MINUTE };
  const second = { from: NOON + 20 * MINUTE + 7_000, to: NOON + 40 * MINUTE };
  const lease = (at: number): LeaseReading => {
    const counter = at / 3_000;
    if (at < first.from || at > first.to) return { epoch: 1, counter };
    return {
      epoch: 1,
      counter,
      catchingUp: { from: NOON, symbols: ALL, remaining: ALL - (at - NOON) / 1_000 },
    };
  };
  const told = await watch(
    { market: 'stocks', outages: [first, second], lease },
    NOON - 20 * MINUTE,
    NOON + 30 * MINUTE,
  );
  expect(told.map(({ alarm, at }) => [alarm, (at - NOON) / MINUTE])).toEqual([['FeedDown', 23]]);
});
