/** How far the watermark goes, and which minutes are declared uncovered. */
import { describe, expect, test } from '@jest/globals';
import { Observation } from '../../../../../runtime/ingester/channels/minutes/observation.ts';
import { calendarOf } from '../../../../../runtime/markets/calendar.ts';
import { Windows } from '../../../../../runtime/markets/window.ts';
import { MINUTE, OPEN } from '../../support/records.ts';

const SECOND = 1_000;
const GRACE = 5 * SECOND;
/** The 4h block of 08:00 to 12:00 New York. */
const BLOCK = OPEN - 90 * MINUTE;

function observation({ delay = 0 } = {}): Observation {
  return new Observation({ windows: new Windows(calendarOf('stocks'), 'clock'), delay, grace: () => GRACE });
}

/** Lets the subscription stand, and what was not seen be declared. @returns the minutes declared */
function declared(observed: Observation, now: number): readonly number[] {
  const gap = observed.subscribed(now);
  if (!gap) return [];
  observed.fill(gap);
  return gap.minutes;
}

/** One that stood before its block began and has seen everything up to the end of `minute`. */
function watching(minute: number): Observation {
  const observed = observation();
  observed.subscribed(BLOCK);
  observed.data(minute, minute + MINUTE + SECOND);
  observed.settle(minute + MINUTE + GRACE);
  return observed;
}

describe('a first start', () => {
  test('declares nothing when the subscription stands as the block begins', () => {
    const first = observation();
    expect(first.subscribed(BLOCK)).toBeUndefined();
    expect(first.through).toBe(BLOCK);
  });

  test('declares the open minutes of the block before the first that is seen whole', () => {
    const minutes = declared(observation(), OPEN + 30 * SECOND);
    expect(minutes).toHaveLength(90);
    expect(minutes.at(0)).toBe(BLOCK);
    expect(minutes.at(-1)).toBe(OPEN - MINUTE);
  });

  test('counts a minute as seen whole when the subscription stands by its end, for only then its bars are sent', () => {
    expect(declared(observation(), OPEN + MINUTE).at(-1)).toBe(OPEN - MINUTE);
    expect(declared(observation(), OPEN + MINUTE + 1).at(-1)).toBe(OPEN);
  });

  test('claims nothing before the block and does not declare closed minutes', () => {
    const saturday = Date.parse('2025-11-22T18:00:00Z');
    const weekend = observation();
    expect(weekend.subscribed(saturday)).toBeUndefined();
    expect(weekend.through).toBe(Date.parse('2025-11-22T17:00:00Z'));
  });

  test('takes a late feed at its own time', () => {
    const late = observation({ delay: 900 * SECOND });
    expect(declared(late, OPEN + 900 * SECOND).at(-1)).toBe(OPEN - 2 * MINUTE);
  });
});

describe('a watermark', () => {
  test('waits for data of the minute or of a later one', () => {
    const observed = watching(OPEN - MINUTE);
    expect(observed.settle(OPEN + MINUTE + GRACE)).toBeUndefined();
    observed.data(OPEN + MINUTE, OPEN + 2 * MINUTE + SECOND);
    expect(observed.settle(OPEN + 2 * MINUTE + SECOND)).toBe(OPEN + MINUTE);
  });

  test('waits for the grace after the end of the minute', () => {
    const observed = watching(OPEN - MINUTE);
    observed.data(OPEN, OPEN + MINUTE + SECOND);
    expect(observed.settle(OPEN + MINUTE + GRACE - 1)).toBeUndefined();
    expect(observed.settle(OPEN + MINUTE + GRACE)).toBe(OPEN + MINUTE);
  });

  test('is the heartbeat of closed minutes, which need no data', () => {
    const night = Date.parse('2025-11-21T01:00:00Z');
    const observed = observation();
    observed.subscribed(night);
    expect(observed.settle(night + 10 * MINUTE + GRACE)).toBe(night + 10 * MINUTE);
  });

  test('covers all that became due together with one watermark', () => {
    const observed = watching(OPEN - MINUTE);
    const later = OPEN + 40 * MINUTE;
    observed.data(later, later + MINUTE + SECOND);
    expect(observed.settle(later + MINUTE + GRACE)).toBe(later + MINUTE);
  });

  test('is not hastened by a bar from ahead of the clock', () => {
    const observed = watching(OPEN - MINUTE);
    observed.data(OPEN + 50 * MINUTE, OPEN + 10 * SECOND);
    expect(observed.settle(OPEN + MINUTE + GRACE)).toBe(OPEN + MINUTE);
    expect(observed.settle(OPEN + 2 * MINUTE + GRACE)).toBeUndefined();
  });

  test('becomes due again with every minute', () => {
    const observed = observation();
    expect(observed.nextDue(OPEN)).toBe(OPEN + GRACE);
    expect(observed.nextDue(OPEN + GRACE)).toBe(OPEN + MINUTE + GRACE);
  });
});

describe('a reconnection', () => {
  test('declares the minutes that nobody saw whole and lets their watermark go', () => {
    const observed = watching(OPEN);
    observed.lost(OPEN + MINUTE + GRACE);
    expect(observed.settle(OPEN + 3 * MINUTE + GRACE)).toBeUndefined();
    expect(declared(observed, OPEN + 3 * MINUTE + 30 * SECOND)).toEqual([
      OPEN,
      OPEN + MINUTE,
      OPEN + 2 * MINUTE,
    ]);
    expect(observed.settle(OPEN + 4 * MINUTE)).toBe(OPEN + 3 * MINUTE);
  });

  test.each([6 * SECOND, 65 * SECOND])(
    'leaves no minute out whose data had come before, by a clock that is slow by %i ms',
    slow => {
      const observed = watching(OPEN);
      const end = OPEN + MINUTE;
      observed.data(OPEN, end + SECOND - slow);
      observed.lost(end + 2 * SECOND - slow);
      const gap = observed.subscribed(end + 3 * SECOND - slow);
      expect(gap?.minutes).toContain(OPEN);
      expect(gap?.to).toBe(end);
      expect(observed.settle(end + MINUTE)).toBeUndefined();
    },
  );

  test('is not led far astray by a bar from the future', () => {
    const observed = watching(OPEN);
    observed.data(OPEN + 50 * MINUTE, OPEN + 30 * SECOND);
    observed.lost(OPEN + 40 * SECOND);
    expect(observed.subscribed(OPEN + 45 * SECOND)?.to).toBe(OPEN + 6 * MINUTE);
  });

  test('takes back a watermark of which the connection may have swallowed the end', () => {
    const observed = watching(OPEN);
    observed.lost(OPEN + MINUTE + SECOND);
    expect(observed.through).toBe(OPEN + MINUTE);
    expect(declared(observed, OPEN + MINUTE + 50 * SECOND)).toEqual([OPEN]);
  });

  test('declares no minute twice, however often it is tried', () => {
    const observed = watching(OPEN);
    observed.lost(OPEN + MINUTE + GRACE);
    observed.lost(Number.NEGATIVE_INFINITY);
    expect(declared(observed, OPEN + 3 * MINUTE)).toEqual([OPEN, OPEN + MINUTE]);
    observed.lost(OPEN + 3 * MINUTE);
    expect(declared(observed, OPEN + 4 * MINUTE)).toEqual([OPEN + 2 * MINUTE]);
  });

  test('does not take data of the connection before as a sign of life of the new one', () => {
    const observed = watching(OPEN);
    observed.data(OPEN + MINUTE, OPEN + 2 * MINUTE + SECOND);
    observed.lost(OPEN + 2 * MINUTE + SECOND);
    expect(declared(observed, OPEN + 2 * MINUTE + 2 * SECOND)).toEqual([OPEN + MINUTE]);
    expect(observed.settle(OPEN + 9 * MINUTE)).toBe(OPEN + 2 * MINUTE);
  });
});

describe('a gap', () => {
  test('holds the watermark back until it is filled, while the minutes after it are seen', () => {
    const observed = watching(OPEN);
    observed.lost(OPEN + MINUTE + GRACE);
    const gap = observed.subscribed(OPEN + 3 * MINUTE + 30 * SECOND);
    expect(gap).toEqual({
      from: OPEN,
      to: OPEN + 3 * MINUTE,
      minutes: [OPEN, OPEN + MINUTE, OPEN + 2 * MINUTE],
      isFirstStart: false,
    });
    observed.data(OPEN + 4 * MINUTE, OPEN + 5 * MINUTE + SECOND);
    expect(observed.settle(OPEN + 6 * MINUTE)).toBeUndefined();
    expect(observed.gaps.size).toBe(1);
    if (gap) observed.fill(gap);
    expect(observed.settle(OPEN + 6 * MINUTE)).toBe(OPEN + 5 * MINUTE);
  });

  test('that opens while another is being filled does not hold what was seen in between', () => {
    const observed = watching(OPEN);
    observed.lost(OPEN + MINUTE + GRACE);
    const first = observed.subscribed(OPEN + 3 * MINUTE);
    observed.data(OPEN + 4 * MINUTE, OPEN + 5 * MINUTE + SECOND);
    observed.settle(OPEN + 5 * MINUTE + GRACE);
    observed.lost(OPEN + 5 * MINUTE + GRACE);
    const second = observed.subscribed(OPEN + 8 * MINUTE);
    expect(second?.minutes).toEqual([OPEN + 4 * MINUTE, OPEN + 5 * MINUTE, OPEN + 6 * MINUTE]);
    if (second) observed.fill(second);
    expect(observed.settle(OPEN + 8 * MINUTE)).toBeUndefined();
    if (first) observed.fill(first);
    expect(observed.settle(OPEN + 8 * MINUTE)).toBe(OPEN + 7 * MINUTE);
  });

  test('can be filled by others while nothing is connected', () => {
    const observed = watching(OPEN);
    observed.lost(OPEN + MINUTE + GRACE);
    const unseen = observed.unseen(OPEN + 3 * MINUTE + GRACE);
    expect(unseen?.minutes).toEqual([OPEN, OPEN + MINUTE, OPEN + 2 * MINUTE]);
    if (unseen) observed.fill(unseen);
    expect(observed.settle(OPEN + 3 * MINUTE + GRACE)).toBe(OPEN + 3 * MINUTE);
    expect(declared(observed, OPEN + 5 * MINUTE)).toEqual([OPEN + 3 * MINUTE]);
  });
});

test('a connection that is back before a minute was missed doubts the last burst, and holds no watermark back', () => {
  const observed = watching(OPEN);
  observed.lost(OPEN + MINUTE + 20 * SECOND);
  const gap = observed.subscribed(OPEN + MINUTE + 25 * SECOND);
  expect(gap).toMatchObject({ from: OPEN, to: OPEN + MINUTE, minutes: [OPEN] });
  expect(observed.gaps.size).toBe(0);
  observed.data(OPEN + MINUTE, OPEN + 2 * MINUTE + SECOND);
  expect(observed.settle(OPEN + 2 * MINUTE + GRACE)).toBe(OPEN + 2 * MINUTE);
});

describe('the last minutes before a close', () => {
  /** Thursday 20:00 New York. */
  const CLOSE = OPEN + 630 * MINUTE;

  function until(minute: number): Observation {
    const observed = observation();
    observed.begin({ through: minute }, minute);
    observed.subscribed(minute);
    return observed;
  }

  test('of which no data came are a gap two minutes after it, for nothing later comes that night', () => {
    const observed = until(CLOSE - 2 * MINUTE);
    expect(observed.unprovenBeforeClose(CLOSE + 2 * MINUTE - 1)).toBeUndefined();
    const gap = observed.unprovenBeforeClose(CLOSE + 2 * MINUTE);
    expect(gap).toMatchObject({ minutes: [CLOSE - 2 * MINUTE, CLOSE - MINUTE] });
    expect(observed.unprovenBeforeClose(CLOSE + 3 * MINUTE)).toBeUndefined();
    expect(observed.settle(CLOSE + 3 * MINUTE)).toBeUndefined();
    if (gap) observed.fill(gap);
    expect(observed.settle(CLOSE + 3 * MINUTE)).toBe(CLOSE + 2 * MINUTE);
  });

  test('are a gap too when the connection was lost in them and stays away', () => {
    const observed = until(CLOSE - 3 * MINUTE);
    observed.data(CLOSE - 3 * MINUTE, CLOSE - 2 * MINUTE + SECOND);
    observed.settle(CLOSE - 2 * MINUTE + GRACE);
    observed.lost(CLOSE - 90 * SECOND);
    const gap = observed.unprovenBeforeClose(CLOSE + 2 * MINUTE);
    expect(gap?.minutes).toEqual([CLOSE - 3 * MINUTE, CLOSE - 2 * MINUTE, CLOSE - MINUTE]);
    if (gap) observed.fill(gap);
    expect(observed.settle(CLOSE + 3 * MINUTE)).toBe(CLOSE + 2 * MINUTE);
  });

  test('are no gap where their data came, and none while the market is open', () => {
    const observed = until(CLOSE - 2 * MINUTE);
    observed.data(CLOSE - MINUTE, CLOSE + SECOND);
    expect(observed.unprovenBeforeClose(CLOSE + 5 * MINUTE)).toBeUndefined();
    expect(until(OPEN).unprovenBeforeClose(OPEN + 30 * MINUTE)).toBeUndefined();
  });
});

describe('a successor', () => {
  test('finds the gap since the watermark before it', () => {
    const observed = observation();
    expect(observed.begin({ through: OPEN + 5 * MINUTE }, OPEN + 8 * MINUTE)).toBe(0);
    const gap = observed.subscribed(OPEN + 8 * MINUTE);
    expect(gap).toMatchObject({ from: OPEN + 5 * MINUTE, to: OPEN + 7 * MINUTE, isFirstStart: false });
  });

  test('finds none when it takes over in the middle of a minute', () => {
    const observed = observation();
    observed.begin({ through: OPEN + 5 * MINUTE }, OPEN + 5 * MINUTE + 30 * SECOND);
    expect(observed.subscribed(OPEN + 5 * MINUTE + 31 * SECOND)).toBeUndefined();
  });

  test('finds the open minutes of a day off, and of a month no more than a week, saying how much is left out', () => {
    const observed = observation();
    observed.begin({ through: OPEN - 24 * 60 * MINUTE }, OPEN);
    expect(observed.subscribed(OPEN)?.minutes).toHaveLength(16 * 60 - 1);
    expect(observed.begin({ through: OPEN - 30 * 24 * 60 * MINUTE }, OPEN)).toBe(
      23 * 24 * 60 * MINUTE - 90 * MINUTE,
    );
  });

  test('remembers in which block the feed began, and begins anew where it was away for too long', () => {
    const first = observation();
    first.subscribed(OPEN);
    expect(first.since).toBe(BLOCK);
    const second = observation();
    second.begin({ through: OPEN + 5 * MINUTE, since: BLOCK }, OPEN + 8 * MINUTE);
    expect(second.since).toBe(BLOCK);
    second.begin({ through: OPEN, since: BLOCK }, OPEN + 30 * 24 * 60 * MINUTE);
    expect(second.since).toBeGreaterThan(OPEN);
  });

  test('forgets what the process saw in an earlier term', () => {
    const observed = watching(OPEN);
    observed.begin({ through: OPEN - 10 * MINUTE }, OPEN + 2 * MINUTE);
    expect(observed.subscribed(OPEN + 2 * MINUTE)?.minutes).toHaveLength(11);
  });
});

test('a first start can go back to the blocks of the whole session', () => {
  const windows = new Windows(calendarOf('stocks'), 'clock');
  const observed = new Observation({ windows, delay: 0, grace: () => GRACE, onStart: 'session' });
  const gap = observed.subscribed(OPEN + 300 * MINUTE);
  expect(gap).toMatchObject({ from: BLOCK, isFirstStart: true });
});

test('very many gaps cost no stack: no watermark passes the first', () => {
  const always = new Windows(calendarOf('crypto'), 'clock');
  const flapping = new Observation({ windows: always, delay: 0, grace: () => GRACE });
  flapping.subscribed(BLOCK);
  const before = flapping.through;
  let now = BLOCK;
  for (let n = 0; n < 130_000; n++) {
    flapping.lost(now);
    now += 2 * MINUTE;
    flapping.subscribed(now);
  }
  expect(flapping.gaps.size).toBeGreaterThanOrEqual(130_000);
  expect(flapping.settle(now + MINUTE)).toBeUndefined();
  expect(flapping.through).toBe(before);
});
