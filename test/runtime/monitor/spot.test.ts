/** Which capacity a service that prefers Spot runs on, minute by minute. */
import { expect, test } from '@jest/globals';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { chooseCapacity, type SpotNote } from '../../../runtime/monitor/spot.ts';

const HOUR = 60 * MINUTE;

interface Start {
  readonly wanted?: number;
  readonly onSpot?: boolean;
  readonly note?: SpotNote;
}

/** What it changes to, and in which minute, where so many tasks run in each of them. */
function changes(running: readonly number[], { wanted = 1, onSpot = true, note = {} }: Start = {}) {
  const found: string[] = [];
  for (const [minute, count] of running.entries()) {
    const chosen = chooseCapacity(note, { wanted, running: count, onSpot }, minute * MINUTE);
    note = chosen.note;
    if (chosen.change) found.push(`${minute} ${chosen.change}`);
    if (chosen.change) onSpot = chosen.change === 'FARGATE_SPOT';
  }
  return found;
}

test('a task that starts within two minutes, as after every interruption, changes nothing', () => {
  expect(changes([1, 0, 0, 1, 0, 0, 0, 1])).toEqual([]);
});

test('three minutes without a task mean that there is no Spot: it runs on demand', () => {
  expect(changes([1, 0, 0, 0, 0, 1])).toEqual(['4 FARGATE']);
});

test('a service that sleeps lacks no task', () => {
  expect(
    changes(
      Array.from({ length: 60 }, () => 0),
      { wanted: 0 },
    ),
  ).toEqual([]);
});

test('Spot is tried again after six hours, whether or not anybody remembers when it went', () => {
  const running = Array.from({ length: 361 }, () => 1);
  expect(changes(running, { onSpot: false })).toEqual(['360 FARGATE_SPOT']);
  expect(changes(running, { onSpot: false, note: { onDemandSince: -5 * HOUR } })).toEqual([
    '60 FARGATE_SPOT',
  ]);
});
